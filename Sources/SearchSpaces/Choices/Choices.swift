import Architectures

/// One spelling of a network in a search space: for every gene the index of an option.
///
/// The genes stand in the order of `SearchSpace.genes`. Several spellings can name one network
/// (the split of a single kernel does not matter, say); `SearchSpace.genome(for:)` and the
/// genome's hash tell.
///
///     var choices = space.random(using: &stream)
///     choices = space.mutate(choices, using: &stream)
///     let genome = space.genome(for: choices)
package struct Choices: Sendable, Hashable {
  package var indices: [Int]

  package init(_ indices: [Int]) { self.indices = indices }
}

extension SearchSpace {
  /// Whether the vector has the space's length and every index names an option. Vectors that
  /// come from a file are checked with this before anything else.
  package func contains(_ choices: Choices) -> Bool {
    let counts = optionCounts
    return choices.indices.count == counts.count
      && zip(choices.indices, counts).allSatisfy { index, count in (0..<count).contains(index) }
  }

  /// The network that the choices name, as spelled, not in its canonical form.
  package func genome(for choices: Choices) -> Genome {
    precondition(contains(choices), "choices of another space")
    let geneCount = Gene.Kind.allCases.count
    let blocks = stages.indices.flatMap { index in
      let genes = choices.indices[(index * geneCount)..<((index + 1) * geneCount)]
      return stages[index].blocks(for: StageChoice(genes))
    }
    return Genome(stem: stem, blocks: blocks, head: head)
  }
}

/// The part of a gene vector that belongs to one stage.
struct StageChoice: Sendable, Hashable {
  var repeats = 0
  var kernels = 0
  var split = 0
  var dilated = 0
  var expansion = 0
  var expandGroups = 0
  var projectGroups = 0
  var squeezeExcitation = 0
  var activation = 0
  var channels = 0
  var skip = 0

  init() {}

  init(_ genes: some Collection<Int>) {
    for (kind, index) in zip(Gene.Kind.allCases, genes) { self[kind] = index }
  }

  /// In the order of `Gene.Kind`.
  var genes: [Int] { Gene.Kind.allCases.map { self[$0] } }

  subscript(kind: Gene.Kind) -> Int {
    get { self[keyPath: Self.path(to: kind)] }
    set { self[keyPath: Self.path(to: kind)] = newValue }
  }

  private static func path(to kind: Gene.Kind) -> WritableKeyPath<StageChoice, Int> {
    switch kind {
    case .repeats: \.repeats
    case .kernels: \.kernels
    case .split: \.split
    case .dilated: \.dilated
    case .expansion: \.expansion
    case .expandGroups: \.expandGroups
    case .projectGroups: \.projectGroups
    case .squeezeExcitation: \.squeezeExcitation
    case .activation: \.activation
    case .channels: \.channels
    case .skip: \.skip
    }
  }
}

extension Stage {
  /// One block of the stage: its first with the stage's stride, or a repetition with stride 1.
  func block(for choice: StageChoice, isFirst: Bool) -> Block {
    Block(
      kernels: kernels[choice.kernels], split: split[choice.split],
      isDilated: dilated[choice.dilated], expandGroups: expandGroups[choice.expandGroups],
      projectGroups: projectGroups[choice.projectGroups], stride: isFirst ? stride : 1,
      expansion: expansion[choice.expansion], outputChannels: channels[choice.channels],
      squeezeExcitationRatio: squeezeExcitation[choice.squeezeExcitation],
      activation: activation[choice.activation], hasSkip: skip[choice.skip])
  }

  func blocks(for choice: StageChoice) -> [Block] {
    (0..<repeats[choice.repeats]).map { block(for: choice, isFirst: $0 == 0) }
  }
}
