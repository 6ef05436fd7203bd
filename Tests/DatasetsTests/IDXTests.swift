import Testing

@testable import Datasets

struct IDXTests {
  @Test func readsTheFourFiles() throws {
    let folder = try Sample.idx()
    let data = try folder.load(.idx)
    #expect(data.training.pixels == Sample.trainingPixels)
    #expect(data.training.labels == Sample.trainingLabels.map(Int32.init))
    #expect(data.test.pixels == Sample.testPixels)
    #expect(data.test.labels == Sample.testLabels.map(Int32.init))
    #expect([data.training.height, data.training.width, data.training.channels] == [3, 4, 1])
    #expect(data.training.classNames == ["0", "1", "2"])
    #expect(Array(data.training.image(1)) == Array(Sample.trainingPixels[12..<24]))
  }

  @Test func namedKindsNameTheirClasses() throws {
    let folder = try Sample.idx()
    #expect(try folder.load(.mnist).test.classNames == ClassNames.digits)
    let fashion = try folder.load(.fashionMNIST)
    #expect(fashion.training.className(of: 2) == "Pullover")
    #expect(fashion.test.classCount == 10)
  }

  @Test func spellingAndCompressionChangeNothing() throws {
    let plain = try Sample.idx()
    let expected = try plain.load(.idx).fingerprint

    let compressed = try DatasetFolder()
    let dotted = try DatasetFolder()
    for name in ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
      let bytes = try plain.bytes(name + "-ubyte")
      try compressed.write(name + "-ubyte.gz", gzip(bytes))
      try dotted.write(
        name.replacingOccurrence(of: "-idx", with: ".idx").replacingOccurrence(
          of: "t10k", with: "test") + "-ubyte", bytes)
    }
    #expect(try compressed.load(.idx).fingerprint == expected)
    #expect(try dotted.load(.idx).fingerprint == expected)
  }

  @Test func compressionIsToldFromTheContent() throws {
    let folder = try Sample.idx()
    let expected = try folder.load(.idx).fingerprint
    let name = "train-images-idx3-ubyte"
    let bytes = try folder.bytes(name)
    try folder.remove(name)
    // A browser has unpacked this one and left its name.
    try folder.write(name + ".gz", bytes)
    #expect(try folder.load(.idx).fingerprint == expected)
  }

  @Test func severalMembersAreOneFile() throws {
    let folder = try Sample.idx()
    let expected = try folder.load(.idx).fingerprint
    let name = "train-images-idx3-ubyte"
    let bytes = try folder.bytes(name)
    try folder.write(name, gzip(Array(bytes[..<2])) + gzip([]) + gzip(Array(bytes[2...])))
    #expect(try folder.load(.idx).fingerprint == expected)
  }

  @Test func colourAndWiderLabels() throws {
    let folder = try Sample.idx()
    try folder.write("train-images-idx3-ubyte", Sample.idx([12, 2, 2, 3], Sample.trainingPixels))
    try folder.write("t10k-images-idx3-ubyte", Sample.idx([6, 2, 2, 3], Sample.testPixels))
    let wide = Sample.trainingLabels.flatMap { Sample.bigEndian(Int($0), 4) }
    try folder.write("train-labels-idx1-ubyte", Sample.idx([12], wide, type: 0x0C))
    let training = try folder.load(.idx).training
    #expect([training.height, training.width, training.channels] == [2, 2, 3])
    #expect(training.labels == Sample.trainingLabels.map(Int32.init))
  }

  @Test func classNamesMayLieBeside() throws {
    let folder = try Sample.idx()
    try folder.write("classes.txt", Array("\u{feff}cat\nlarge dog\r\nbird\n\n".utf8))
    #expect(try folder.load(.idx).test.classNames == ["cat", "large dog", "bird"])
    try folder.write("classes.txt", Array("cat\ndog".utf8))
    #expect(
      folder.error(.idx)
        == .labelOutOfRange(
          file: folder.path + "/train-labels-idx1-ubyte", image: 2, label: 2, classes: 2))
  }
}

extension String {
  func replacingOccurrence(of old: String, with new: String) -> String {
    guard let range = firstRange(of: old) else { return self }
    return self[..<range.lowerBound] + new + self[range.upperBound...]
  }
}
