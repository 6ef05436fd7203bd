import Randomness
import Testing

@testable import Datasets

struct SplitTests {
  /// Images of one pixel, in classes of these sizes, interleaved.
  private func dataset(_ counts: [Int]) throws -> ImageDataset {
    var labels = counts.enumerated().flatMap { [Int32](repeating: Int32($0), count: $1) }
    var random = RandomStream(seed: 99)
    random.shuffle(&labels)
    return try ImageDataset(
      pixels: labels.map { UInt8($0) }, labels: labels, height: 1, width: 1, channels: 1,
      classNames: ClassNames.numbered(counts.count))
  }

  @Test func partsAreDisjointAndComplete() throws {
    let data = try dataset([50, 30, 20])
    let split = data.split(validationShare: 0.2, random: RandomStream(seed: 1))
    #expect(split.validation.classHistogram == [10, 6, 4])
    #expect(split.training.classHistogram == [40, 24, 16])
    #expect(Set(split.training.indices + split.validation.indices) == Set(0..<100))
    #expect(split.training.indices == split.training.indices.sorted())
  }

  @Test func seedsAloneDecide() throws {
    let data = try dataset([50, 50])
    func validation(_ seed: UInt64) -> [Int] {
      data.split(validationShare: 0.3, random: RandomStream(seed: seed)).validation.indices
    }
    #expect(validation(1) == validation(1))
    #expect(validation(1) != validation(2))
  }

  @Test func maximaKeepTheHeldBackShare() throws {
    let data = try dataset([500, 300, 200])
    let random = RandomStream(seed: 1)
    let whole = data.split(validationShare: 0.2, random: random)
    let limited = data.split(
      validationShare: 0.2, maximumTraining: 100, maximumValidation: 50, random: random)
    let more = data.split(
      validationShare: 0.2, maximumTraining: 200, maximumValidation: 5000, random: random)
    #expect(limited.training.classHistogram == [50, 30, 20])
    #expect(limited.validation.classHistogram == [25, 15, 10])
    #expect(Set(limited.training.indices).isSubset(of: more.training.indices))
    #expect(Set(more.training.indices).isSubset(of: whole.training.indices))
    #expect(Set(limited.validation.indices).isSubset(of: whole.validation.indices))
    #expect(more.validation.indices == whole.validation.indices)
  }

  @Test func rareClassesGiveOneToEachPart() throws {
    let data = try dataset([1000, 2, 1, 0])
    let split = data.split(validationShare: 0.1, maximumTraining: 30, random: RandomStream(seed: 1))
    #expect(split.validation.classHistogram == [99, 1, 0, 0])
    #expect(split.training.classHistogram == [28, 1, 1, 0])
  }

  @Test func noShareHoldsNothingBack() throws {
    let split = try dataset([5, 5]).split(validationShare: 0, random: RandomStream(seed: 1))
    #expect(split.training.count == 10)
    #expect(split.validation.count == 0)
  }

  @Test func quotasAddUp() {
    var random = RandomStream(seed: 4)
    for _ in 0..<500 {
      let counts = (0..<1 + random.below(8)).map { _ in random.below(40) }
      let limits = counts.map { random.below($0 + 1) }
      let total = random.below(120)
      let quotas = proportionalQuotas(of: counts, total: total, limits: limits)
      #expect(quotas.reduce(0, +) == min(total, limits.reduce(0, +)))
      #expect(zip(quotas, limits).allSatisfy { $0 >= 0 && $0 <= $1 })
      if limits.count(where: { $0 > 0 }) <= total {
        #expect(zip(quotas, limits).allSatisfy { $0 > 0 || $1 == 0 })
      }
    }
  }

  @Test func ordersAreDrawnByEpoch() throws {
    let subset = ImageSubset(try dataset([40]), indices: Array(5..<35))
    let random = RandomStream(seed: 1)
    #expect(subset.order(epoch: 0, random: random) == subset.order(epoch: 0, random: random))
    #expect(subset.order(epoch: 0, random: random) != subset.order(epoch: 1, random: random))
    #expect(subset.order(epoch: 7, random: random).sorted() == subset.indices)
  }
}
