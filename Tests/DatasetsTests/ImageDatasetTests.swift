import Foundation
import Testing

@testable import Datasets

struct ImageDatasetTests {
  @Test(arguments: [
    ([UInt8](repeating: 0, count: 7), [0, 1] as [Int32], 2, 2),
    ([UInt8](repeating: 0, count: 8), [0, 1], 0, 2),
    ([UInt8](repeating: 0, count: 8), [0, 2], 2, 2),
    ([UInt8](repeating: 0, count: 8), [-1, 0], 2, 2),
    ([UInt8](repeating: 0, count: 8), [0, 1], .max, .max),
  ])
  func whatDoesNotFitIsRefused(pixels: [UInt8], labels: [Int32], height: Int, width: Int) {
    #expect(throws: DatasetError.self) {
      try ImageDataset(
        pixels: pixels, labels: labels, height: height, width: width, channels: 1,
        classNames: ["a", "b"])
    }
  }

  @Test func partsOfAPairMustAgree() throws {
    func dataset(_ count: Int, _ width: Int, _ names: [String]) throws -> ImageDataset {
      try ImageDataset(
        pixels: [UInt8](repeating: 1, count: count * width),
        labels: [Int32](repeating: 0, count: count), height: 1, width: width, channels: 1,
        classNames: names)
    }
    let training = try dataset(3, 2, ["a", "b"])
    _ = try DatasetPair(training: training, test: dataset(1, 2, ["a", "b"]))
    for test in [try dataset(1, 3, ["a", "b"]), try dataset(1, 2, ["a"]), try dataset(0, 2, [])] {
      #expect(throws: DatasetError.self) { try DatasetPair(training: training, test: test) }
    }
  }

  @Test func aSourceNeedsItsDirectory() {
    let source = DatasetSource(kind: .mnist)
    #expect(throws: DatasetError.directoryNotGiven(.mnist)) { try source.load() }
    let elsewhere = DatasetSource(kind: .npy, directory: "/nowhere/at all")
    #expect(throws: DatasetError.directoryNotFound("/nowhere/at all", .npy)) {
      try elsewhere.load()
    }
  }

  @Test func aSourceSurvivesJSON() throws {
    let source = DatasetSource(
      kind: .fashionMNIST, directory: "data", generated: .init(seed: .max, trainingImages: 3))
    let text = try JSONEncoder().encode(source)
    #expect(try JSONDecoder().decode(DatasetSource.self, from: text) == source)
    #expect(String(decoding: text, as: UTF8.self).contains("\"fashion-mnist\""))
  }

  @Test func kindsKeepTheirNames() {
    #expect(
      DatasetKind.allCases.map(\.rawValue) == [
        "generated", "idx", "mnist", "fashion-mnist", "cifar-10", "cifar-100", "npy",
      ])
    #expect(DatasetKind.allCases.filter { !$0.readsFiles } == [.generated])
  }
}
