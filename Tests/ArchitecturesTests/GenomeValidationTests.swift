import Testing

@testable import Architectures

struct GenomeValidationTests {
  private static let plain = Block(kernels: [3, 5], expansion: 2, outputChannels: 8)

  private static func genome(_ change: (inout Block) -> Void) -> Genome {
    var block = plain
    change(&block)
    return Genome(
      stem: .init(channels: 8, stride: 1), blocks: [plain, block], head: .init(channels: 32))
  }

  @Test func validGenomes() throws {
    try Self.genome { _ in }.validate()
    for network in ReferenceNetwork.all { try network.genome?.validate() }
  }

  @Test(
    arguments: [
      (genome { $0.kernels = [] }, .noKernels),
      (genome { $0.kernels = [3, 4] }, .evenKernel(4)),
      (genome { $0.kernels = [3, 0] }, .number("kernel", 0, allowed: 1...31)),
      (genome { $0.kernels = [33] }, .number("kernel", 33, allowed: 1...31)),
      (genome { $0.kernels = [5, 3, 5] }, .repeatedKernel(5)),
      (genome { $0.stride = 5 }, .number("stride", 5, allowed: 1...4)),
      (
        genome { $0.outputChannels = 0 },
        .number("number of output channels", 0, allowed: 1...65_536)
      ),
      (genome { $0.expansion = 0 }, .ratio("expansion", 0, allowed: "above 0 to 64")),
      (
        genome { $0.expansion = .infinity },
        .ratio("expansion", .infinity, allowed: "above 0 to 64")
      ),
      (genome { $0.expansion = 0.1 }, .noExpandedChannels(inputs: 8, expansion: 0.1)),
      (
        genome { $0.squeezeExcitationRatio = -1 },
        .ratio("squeeze-excitation ratio", -1, allowed: "0 (none) to 64")
      ),
      (
        genome { $0.expandGroups = 9 },
        .groupsExceedChannels("expand groups", groups: 9, channels: 8)
      ),
      (
        genome { $0.projectGroups = 0 }, .number("project groups", 0, allowed: 1...64)
      ),
      (
        genome {
          $0.expansion = 0.5
          $0.kernels = [3, 5, 7, 9, 11]
        }, .emptyGroup(kernels: [3, 5, 7, 9, 11], split: .equal, channels: 4)
      ),
      (
        genome {
          $0.expansion = 1
          $0.kernels = [9, 7, 5, 3, 11]
          $0.split = .exponential
        }, .emptyGroup(kernels: [3, 5, 7, 9, 11], split: .exponential, channels: 8)
      ),
    ] as [(Genome, GenomeError.Reason)])
  func refusedBlocks(genome: Genome, reason: GenomeError.Reason) {
    #expect(throws: GenomeError(place: .block(1), reason: reason)) { try genome.validate() }
    #expect("\(GenomeError(place: .block(1), reason: reason))".hasPrefix("block 1: "))
  }

  @Test func refusedStemAndHead() throws {
    var genome = Self.genome { _ in }
    genome.stem.kernel = 2
    #expect(throws: GenomeError(place: .stem, reason: .evenKernel(2))) { try genome.validate() }
    genome = Self.genome { _ in }
    genome.head.dropout = 1
    #expect(throws: GenomeError.self) { try genome.validate() }
    genome = Self.genome { _ in }
    genome.blocks = []
    let reason = GenomeError.Reason.number("number of blocks", 0, allowed: 1...512)
    #expect(throws: GenomeError(place: .blocks, reason: reason)) { try genome.validate() }
  }

  @Test func notANumberIsRefused() {
    for change in [
      { $0.expansion = .nan }, { $0.squeezeExcitationRatio = .nan },
    ] as [(inout Block) -> Void] {
      #expect(throws: GenomeError.self) { try Self.genome(change).validate() }
    }
    var genome = Self.genome { _ in }
    genome.head.dropout = .nan
    #expect(throws: GenomeError.self) { try genome.validate() }
  }

  /// Neither validation nor canonical form, hash or notation trap on absurd genes.
  @Test func absurdGenes() {
    var random = SplitMix(seed: 2)
    let numbers = [Int.min, -1, 0, 1, 2, 3, 64, 65_536, 1 << 20, .max]
    let ratios = [-Double.infinity, -1, -0.0, 0, 1e-300, 0.5, 1, 6, 64, 1e300, .infinity, .nan]
    var valid = 0
    for _ in 0..<3000 {
      let genome = Self.genome {
        $0.kernels = [random.pick([3, 5, random.pick(numbers)]), 7]
        $0.expandGroups = random.pick([1, random.pick(numbers)])
        $0.projectGroups = random.pick([1, random.pick(numbers)])
        $0.stride = random.pick(numbers)
        $0.outputChannels = random.pick(numbers)
        $0.expansion = random.pick(ratios)
        $0.squeezeExcitationRatio = random.pick(ratios)
      }
      let isValid = (try? genome.validate()) != nil
      if isValid { valid += 1 }
      #expect(genome.hash.count == 32)
      #expect(!genome.blockNotation.isEmpty)
      let canonicalIsValid = (try? genome.canonical.validate()) != nil
      #expect(canonicalIsValid == isValid)
      let input = TensorShape(height: 32, width: 32, channels: 3)
      if !isValid {
        #expect(throws: GenomeError.self) { try genome.graph(input: input, classes: 10) }
      }
    }
    #expect(valid > 20)
  }
}
