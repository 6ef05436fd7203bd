extension Genome {
  /// Reads a genome from block notation and validates it. Layers may be separated by white space
  /// or commas.
  ///
  /// - Throws: `BlockNotationError`, which says where in the text, or `GenomeError`.
  package init(blockNotation: String) throws {
    let layers = BlockNotation.layers(of: blockNotation)
    guard let first = layers.first, let last = layers.last else {
      throw BlockNotationError(column: 1, text: "", reason: .empty)
    }
    guard first.letters == "stem" else { throw first.error(.noStem) }
    guard last.letters == "head" else { throw last.error(.noHead) }
    let stem = try Stem(notation: first)
    let blocks = try Block.read(
      layers.dropFirst().dropLast(), inputChannels: stem.channels)
    self.init(stem: stem, blocks: blocks, head: try Head(notation: last))
    try validate()
  }
}

extension Block {
  /// Reads blocks alone, without stem and head; repetitions are written out.
  ///
  /// Fields `i` are checked from the second block on, and in the first one against
  /// `inputChannels` if that is known.
  package static func blocks(
    notation: String, inputChannels: Int? = nil
  ) throws(BlockNotationError) -> [Block] {
    try read(BlockNotation.layers(of: notation), inputChannels: inputChannels)
  }

  fileprivate static func read(
    _ layers: some Sequence<NotationFields.Field>, inputChannels: Int?
  ) throws(BlockNotationError) -> [Block] {
    var blocks: [Block] = []
    for layer in layers {
      guard layer.letters != "stem", layer.letters != "head" else {
        throw layer.error(.misplaced)
      }
      let before = blocks.last?.outputChannels ?? inputChannels
      try blocks.append(contentsOf: run(of: layer, inputChannels: before))
      guard blocks.count <= GenomeLimits.blocks.upperBound else {
        throw layer.error(.repeats(allowed: GenomeLimits.blocks))
      }
    }
    return blocks
  }

  /// A block and its repetitions.
  private static func run(
    of layer: NotationFields.Field, inputChannels: Int?
  ) throws(BlockNotationError) -> [Block] {
    var fields = NotationFields(layer)
    let repeats = try takeRepeats(&fields)
    let input = try fields.take("i")
    var block = Block(
      kernels: try fields.need("k", such: "its kernels, such as k3.5").kernels(),
      stride: try fields.need("s", such: "its stride, such as s1").stride(),
      expansion: try fields.need("e", such: "its expansion, such as e6").number(),
      outputChannels: try fields.need("o", "c", such: "its output channels, such as o24")
        .wholeNumber())
    if let groups = try fields.take("a") { block.expandGroups = try groups.ones() }
    if let groups = try fields.take("p") { block.projectGroups = try groups.ones() }
    if let ratio = try fields.take("se") { block.squeezeExcitationRatio = try ratio.number() }
    if let activation = try fields.takeActivation() { block.activation = activation }
    if try fields.takeFlag("xs") { block.split = .exponential }
    if try fields.takeFlag("dl") { block.isDilated = true }
    if try fields.takeFlag("noskip") { block.hasSkip = false }
    try fields.finish(allowed: "r k a p s e i o se re r6 sw hs sg hg xs dl noskip")
    if let input, let inputChannels, try input.wholeNumber() != inputChannels {
      throw input.error(.inputChannels(expected: inputChannels))
    }
    var repetition = block
    repetition.stride = 1
    return [block] + Array(repeating: repetition, count: repeats - 1)
  }

  /// `r6` is a number of repeats in the first place and ReLU6 in any other.
  private static func takeRepeats(
    _ fields: inout NotationFields
  ) throws(BlockNotationError) -> Int {
    guard let first = fields.fields.first, first.letters == "r", !first.value.isEmpty else {
      if let late = fields.fields.first(where: { $0.letters == "r" && $0.text != "r6" }) {
        throw late.error(.repeatsNotFirst)
      }
      return 1
    }
    let field = fields.takeFirst()
    let repeats = try field.wholeNumber()
    guard GenomeLimits.blocks.contains(repeats) else {
      throw field.error(.repeats(allowed: GenomeLimits.blocks))
    }
    return repeats
  }
}

extension Genome.Stem {
  fileprivate init(notation layer: NotationFields.Field) throws(BlockNotationError) {
    var fields = NotationFields(layer)
    self.init(
      channels: try fields.takeFirst().wholeNumber(),
      stride: try fields.need("s", such: "its stride, such as s2").stride())
    if let kernel = try fields.take("k") { self.kernel = try kernel.wholeNumber() }
    if let activation = try fields.takeActivation() { self.activation = activation }
    try fields.finish(allowed: "k s re r6 sw hs sg hg")
  }
}

extension Genome.Head {
  fileprivate init(notation layer: NotationFields.Field) throws(BlockNotationError) {
    var fields = NotationFields(layer)
    self.init(channels: try fields.takeFirst().wholeNumber())
    if let activation = try fields.takeActivation() { self.activation = activation }
    if let dropout = try fields.take("d") { self.dropout = try dropout.number() }
    try fields.finish(allowed: "re r6 sw hs sg hg d")
  }
}

extension BlockNotation {
  /// Layers with the columns where they begin.
  fileprivate static func layers(of text: String) -> [NotationFields.Field] {
    var layers: [NotationFields.Field] = []
    var column = 1
    for part in text.split(omittingEmptySubsequences: false, whereSeparator: isSeparator) {
      if !part.isEmpty { layers.append(.init(text: part, column: column)) }
      column += part.count + 1
    }
    return layers
  }

  private static func isSeparator(_ character: Character) -> Bool {
    character == "," || character.isWhitespace
  }
}
