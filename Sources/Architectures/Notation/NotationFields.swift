/// One layer of a block notation, taken apart into fields, each read at most once.
struct NotationFields {
  /// Letters and what stands behind them, with the place in the text.
  struct Field {
    var text: Substring
    var column: Int

    var letters: Substring { text.prefix { $0.isLetter } }
    var value: Substring { text.dropFirst(letters.count) }
  }

  private(set) var fields: [Field]
  private let layer: Field

  init(_ layer: Field) {
    self.layer = layer
    var column = layer.column
    fields = layer.text.split(separator: "_", omittingEmptySubsequences: false).map { text in
      defer { column += text.count + 1 }
      return Field(text: text, column: column)
    }
  }

  /// Takes the first field out.
  mutating func takeFirst() -> Field { fields.removeFirst() }

  /// Takes a field out that consists of these letters and a value.
  mutating func take(_ letters: String...) throws(BlockNotationError) -> Field? {
    try takeOnly { letters.contains(String($0.letters)) && !$0.value.isEmpty }
  }

  /// Takes a field out that consists of letters alone.
  mutating func takeFlag(_ flag: String) throws(BlockNotationError) -> Bool {
    try takeOnly { $0.text == flag } != nil
  }

  mutating func takeActivation() throws(BlockNotationError) -> Activation? {
    try takeOnly { BlockNotation.activation(of: $0.text) != nil }
      .flatMap { BlockNotation.activation(of: $0.text) }
  }

  /// - Throws: `missingField` where there is none.
  mutating func need(
    _ letters: String..., such example: String
  ) throws(BlockNotationError)
    -> Field
  {
    guard let field = try takeOnly({ letters.contains(String($0.letters)) }) else {
      throw layer.error(.missingField(example))
    }
    return field
  }

  /// - Throws: `unknownField` for what no one took.
  func finish(allowed: String) throws(BlockNotationError) {
    if let field = fields.first { throw field.error(.unknownField(allowed: allowed)) }
  }

  private mutating func takeOnly(
    _ matches: (Field) -> Bool
  ) throws(BlockNotationError) -> Field? {
    guard let index = fields.firstIndex(where: matches) else { return nil }
    let field = fields.remove(at: index)
    if let second = fields.first(where: matches) { throw second.error(.repeatedField) }
    return field
  }
}

extension NotationFields.Field {
  func error(_ reason: BlockNotationError.Reason) -> BlockNotationError {
    BlockNotationError(column: column, text: String(text), reason: reason)
  }

  func wholeNumber() throws(BlockNotationError) -> Int {
    guard let number = digits(value) else { throw error(.notAWholeNumber) }
    return number
  }

  func number() throws(BlockNotationError) -> Double {
    // Not what else `Double` reads: signs, nan, inf and hexadecimal digits.
    guard let first = value.first, first.isASCII, first.isNumber || first == ".",
      value.allSatisfy({ $0.isASCII && ($0.isNumber || ".e+-".contains($0)) }),
      let number = Double(String(value)), number.isFinite
    else { throw error(.notANumber) }
    return number
  }

  func kernels() throws(BlockNotationError) -> [Int] {
    var kernels: [Int] = []
    for part in value.split(separator: ".", omittingEmptySubsequences: false) {
      guard let kernel = digits(part) else { throw error(.notAListOfKernels) }
      kernels.append(kernel)
    }
    return kernels
  }

  /// The number of ones.
  func ones() throws(BlockNotationError) -> Int {
    let parts = value.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ $0 == "1" }), GenomeLimits.groups.contains(parts.count) else {
      throw error(.notAListOfOnes)
    }
    return parts.count
  }

  /// `2`, or `22` for height and width as the released MixNet writes it.
  func stride() throws(BlockNotationError) -> Int {
    let stride = try wholeNumber()
    guard value.count == 2, stride > GenomeLimits.stride.upperBound else { return stride }
    guard value.first == value.last else { throw error(.unequalStrides) }
    return stride / 11
  }

  private func digits(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int(text)
  }
}
