import Architectures

/// What one block computes, as a small value: two spellings of a block are the same network
/// exactly if their letters are equal. `ResolvedBlock` in brief.
struct BlockLetter: Hashable {
  var inputChannels: Int32
  var outputChannels: Int32
  var expandedChannels: Int32
  var expandGroups: Int32
  var projectGroups: Int32
  /// Place of the depthwise groups in the table of all.
  var depthwise: Int32
  /// 0 for none.
  var squeezedChannels: Int32
  var activation: Int16
  var stride: Int8
  var expands: Bool
  var addsInput: Bool
}

/// The different blocks of a space, numbered as they turn up.
///
/// A stage's blocks share their genes, so a stage with input channels spells pairs: its first
/// block, and the block that follows it as often as `repeats` says. `pairs` lists the different
/// ones.
struct BlockTable {
  /// The first block of a stage, the one that repeats behind it, and a spelling of both.
  struct Pair {
    let first: Int
    /// The same as `first` in a stage without repetitions.
    let next: Int
    /// Whether no earlier pair of the list has the same first block.
    let isNewFirst: Bool
    let choice: StageChoice
  }

  private(set) var letters: [BlockLetter] = []
  private(set) var depthwise: [[MixedDepthwise.Group]] = []
  private var letterNumbers: [BlockLetter: Int] = [:]
  private var depthwiseNumbers: [[MixedDepthwise.Group]: Int32] = [:]

  /// The different pairs of blocks that a stage spells behind so many channels.
  ///
  /// Takes time in proportion to the product of the stage's lists.
  mutating func pairs(of stage: Stage, inputChannels: Int) -> [Pair] {
    struct Numbers: Hashable { var first, next: Int }
    var pairs: [Pair] = []
    var seen: Set<Numbers> = []
    var seenFirst: Set<Int> = []
    let spellings = stage.innerSpellings
    var choice = StageChoice()
    for channels in stage.channels.indices {
      choice.channels = channels
      let width = stage.channels[channels]
      for expansion in stage.expansion.indices {
        choice.expansion = expansion
        let first = factors(of: stage, choice, inputChannels: inputChannels, stride: stage.stride)
        let next =
          stage.repeats.contains { $0 > 1 }
          ? factors(of: stage, choice, inputChannels: width, stride: 1) : nil
        for spelling in spellings {
          choice.copyInnerGenes(of: spelling)
          let block = number(of: first.letter(of: stage, choice))
          let numbers = Numbers(
            first: block, next: next.map { number(of: $0.letter(of: stage, choice)) } ?? block)
          guard seen.insert(numbers).inserted else { continue }
          pairs.append(
            Pair(
              first: numbers.first, next: numbers.next,
              isNewFirst: seenFirst.insert(numbers.first).inserted, choice: choice))
        }
      }
    }
    return pairs
  }

  private mutating func number(of letter: BlockLetter) -> Int {
    if let number = letterNumbers[letter] { return number }
    letterNumbers[letter] = letters.count
    letters.append(letter)
    return letters.count - 1
  }

  private mutating func number(of groups: [MixedDepthwise.Group]) -> Int32 {
    if let number = depthwiseNumbers[groups] { return number }
    let number = Int32(depthwise.count)
    depthwiseNumbers[groups] = number
    depthwise.append(groups)
    return number
  }

  /// Works out, once per option, what `Block.resolved` makes of it in a block with these
  /// channels; a block's letter is then put together from parts.
  private mutating func factors(
    of stage: Stage, _ start: StageChoice, inputChannels: Int, stride: Int
  ) -> Factors {
    var plain = Block(
      kernels: [3], stride: stride, expansion: stage.expansion[start.expansion],
      outputChannels: stage.channels[start.channels])
    let base = resolved(plain, inputChannels)
    var factors = Factors(
      base: BlockLetter(
        inputChannels: Int32(inputChannels), outputChannels: Int32(base.outputChannels),
        expandedChannels: Int32(base.expandedChannels), expandGroups: 1, projectGroups: 1,
        depthwise: 0, squeezedChannels: 0, activation: 0, stride: Int8(stride),
        expands: base.expands, addsInput: false),
      fitsSkip: base.addsInput)
    factors.squeezed = stage.squeezeExcitation.map { ratio in
      plain.squeezeExcitationRatio = ratio
      return Int32(resolved(plain, inputChannels).squeezedChannels ?? 0)
    }
    plain.squeezeExcitationRatio = 0
    factors.depthwise = stage.kernels.map { kernels in
      stage.split.map { split in
        stage.dilated.map { dilated in
          plain.kernels = kernels
          plain.split = split
          plain.isDilated = dilated
          return number(of: resolved(plain, inputChannels).depthwiseGroups)
        }
      }
    }
    return factors
  }

  private func resolved(_ block: Block, _ inputChannels: Int) -> ResolvedBlock {
    guard let resolved = try? block.resolved(inputChannels: inputChannels) else {
      preconditionFailure("a space that has not passed validate()")
    }
    return resolved
  }
}

extension Stage {
  /// All spellings but of repeats, channels and expansion.
  fileprivate var innerSpellings: [StageChoice] {
    Gene.Kind.inner.reduce([StageChoice()]) { spellings, kind in
      (0..<optionCount(of: kind)).flatMap { option in
        spellings.map { spelling in
          var spelling = spelling
          spelling[kind] = option
          return spelling
        }
      }
    }
  }
}

extension Gene.Kind {
  /// The genes within a block that don't change its numbers of channels.
  fileprivate static let inner = allCases.filter {
    $0 != .repeats && $0 != .channels && $0 != .expansion
  }
}

extension StageChoice {
  fileprivate mutating func copyInnerGenes(of other: StageChoice) {
    let outer = (repeats, channels, expansion)
    self = other
    (repeats, channels, expansion) = outer
  }
}

/// A block but for the genes that act on their own.
private struct Factors {
  let base: BlockLetter
  let fitsSkip: Bool
  var squeezed: [Int32] = []
  /// By kernels, split and dilation.
  var depthwise: [[[Int32]]] = []

  init(base: BlockLetter, fitsSkip: Bool) {
    self.base = base
    self.fitsSkip = fitsSkip
  }

  func letter(of stage: Stage, _ choice: StageChoice) -> BlockLetter {
    var letter = base
    if base.expands { letter.expandGroups = Int32(stage.expandGroups[choice.expandGroups]) }
    letter.projectGroups = Int32(stage.projectGroups[choice.projectGroups])
    letter.depthwise = depthwise[choice.kernels][choice.split][choice.dilated]
    letter.squeezedChannels = squeezed[choice.squeezeExcitation]
    // Options of one list differ, but lists of two stages need not be in one order.
    letter.activation = stage.activation[choice.activation].number
    letter.addsInput = fitsSkip && stage.skip[choice.skip]
    return letter
  }
}

extension Activation {
  fileprivate var number: Int16 { Int16(Self.allCases.firstIndex(of: self) ?? 0) }
}
