import Randomness
import Testing

@testable import Datasets

struct GeneratedImagesTests {
  private static let settings = GeneratedSettings(seed: 1, trainingImages: 600, testImages: 100)
  private static let shared = Result { try settings.load() }
  private let data: DatasetPair

  init() throws { data = try Self.shared.get() }

  /// The same on every machine and in every version: old runs are resumed on these images.
  @Test func theImagesNeverChange() {
    #expect(data.fingerprint == "5e7f3ea2424b22b398f13c0472ad4bf0")
  }

  @Test func classesAreBalanced() {
    #expect(data.training.classHistogram == [Int](repeating: 60, count: 10))
    #expect(data.test.classHistogram == [Int](repeating: 10, count: 10))
    #expect(data.training.labels[..<20] != data.training.labels[20..<40])
    #expect(Set(data.training.classNames).count == 10)
    #expect([data.test.height, data.test.width, data.test.channels] == [32, 32, 3])
  }

  @Test func seedsAndPartsGiveOtherImages() throws {
    let other = try GeneratedSettings(seed: 2, trainingImages: 20, testImages: 20).load()
    #expect(other.training.image(0) != data.training.image(0))
    let images = [data.training, data.test, other.training, other.test].flatMap { part in
      (0..<20).map { Array(part.image($0)) }
    }
    #expect(Set(images).count == 80)
  }

  @Test func anImpossibleCountIsAnError() {
    #expect(throws: DatasetError.self) {
      try GeneratedSettings(seed: 1, trainingImages: 0, testImages: 10).load()
    }
    #expect(throws: DatasetError.self) {
      try GeneratedSettings(seed: 1, trainingImages: 10, testImages: -1).load()
    }
  }

  /// Colours and contrasts of images must not tell the classes: chance is 0.1, and the nearest
  /// class mean of both stays near it.
  @Test func coloursDoNotTellTheClass() {
    func features(_ part: ImageDataset, _ index: Int) -> [Double] {
      let image = Array(part.image(index))
      return (0..<3).flatMap { channel in
        let values = stride(from: channel, to: image.count, by: 3).map { Double(image[$0]) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return [mean, variance.squareRoot()]
      }
    }
    let means = (0..<10).map { label in
      let members = (0..<data.training.count).filter { data.training.labels[$0] == label }
      let sums = members.reduce([Double](repeating: 0, count: 6)) {
        zip($0, features(data.training, $1)).map(+)
      }
      return sums.map { $0 / Double(members.count) }
    }
    let right = (0..<data.test.count).count { index in
      let point = features(data.test, index)
      let distances = means.map { zip($0, point).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      return distances.firstIndex(of: distances.min() ?? 0) == Int(data.test.labels[index])
    }
    #expect(right < 25)
  }

  @Test func theWaveIsASine() {
    #expect(IntegerWave.sine(0) == 0)
    #expect(IntegerWave.sine(256) == IntegerWave.unit)
    #expect(IntegerWave.cosine(512) == -IntegerWave.unit)
    for step in 0..<1024 {
      #expect(IntegerWave.sine(step) == -IntegerWave.sine(step + 512))
      #expect(IntegerWave.sine(step) == IntegerWave.sine(step - 1024))
    }
  }

  @Test(arguments: Pattern.all)
  func fieldsUseTheirRange(pattern: Pattern) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 1024) { field in
      var random = RandomStream(seed: 5)
      drawPattern(pattern, side: 32, random: &random, into: field)
      #expect(field.allSatisfy { (-256...256).contains($0) })
      #expect(field.contains { $0 > 100 } && field.contains { $0 < -100 })
    }
  }
}
