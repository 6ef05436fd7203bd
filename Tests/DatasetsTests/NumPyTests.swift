import Testing

@testable import Datasets

struct NumPyTests {
  @Test func readsTheFourArrays() throws {
    let data = try Sample.numpy().load(.npy)
    #expect(data.training.pixels == Sample.trainingPixels)
    #expect(data.test.labels == Sample.testLabels.map(Int32.init))
    #expect([data.test.height, data.test.width, data.test.channels] == [3, 4, 1])
    #expect(data.test.classNames == ["0", "1", "2"])
  }

  @Test func isTheSameDatasetAsInAnotherFormat() throws {
    #expect(try Sample.numpy().load(.npy).fingerprint == Sample.idx().load(.idx).fingerprint)
  }

  @Test(arguments: [1, 2, 3] as [UInt8])
  func headersOfEachVersion(version: UInt8) throws {
    let folder = try Sample.numpy()
    try folder.write(
      "train/images.npy",
      Sample.npy("|u1", "(12, 2, 2, 3)", Sample.trainingPixels, version: version))
    try folder.write(
      "test/images.npy", Sample.npy("|u1", "(6, 2, 2, 3)", Sample.testPixels, version: version))
    let training = try folder.load(.npy).training
    #expect([training.height, training.width, training.channels] == [2, 2, 3])
    #expect(training.pixels == Sample.trainingPixels)
  }

  @Test(arguments: [
    ("|u1", 1), ("|i1", 1), ("<u2", 2), (">u2", 2), ("<i4", 4), (">i4", 4), ("<u8", 8), ("<i8", 8),
    (">i8", 8),
  ])
  func labelsOfEachIntegerType(type: String, width: Int) throws {
    let folder = try Sample.numpy()
    let bytes = Sample.trainingLabels.flatMap { label in
      let bytes = Sample.bigEndian(Int(label), width)
      return type.hasPrefix(">") ? bytes : bytes.reversed()
    }
    try folder.write("train/labels.npy", Sample.npy(type, "(12,)", bytes))
    #expect(try folder.load(.npy).training.labels == Sample.trainingLabels.map(Int32.init))
  }

  @Test(arguments: [
    "{\"shape\": (12L, 3L, 4L), \"fortran_order\": False, \"descr\": \"u1\"}",
    "{'descr':'|u1','fortran_order':False,'shape':(12,3,4)}",
    "\n{ 'shape' : ( 12 , 3 , 4 , ) , 'descr' : '<u1' ,\t'fortran_order' : False , } ",
  ])
  func otherSpellingsOfTheHeader(text: String) throws {
    let folder = try Sample.numpy()
    try folder.write("train/images.npy", Sample.npy(text, Sample.trainingPixels))
    #expect(try folder.load(.npy).training.pixels == Sample.trainingPixels)
  }

  /// Bytes as `numpy.save` of NumPy 1.26 wrote them, for `numpy.arange(2, dtype=">i2")`.
  @Test func aHeaderThatNumPyWrote() throws {
    let text = "{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }"
    let written =
      [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 0x76, 0] as [UInt8] + Array(text.utf8)
      + [UInt8](repeating: 0x20, count: 60) + [0x0A]
    let folder = try Sample.numpy()
    try folder.write("array.npy", written + [0, 0, 0, 1])
    let file = try DataFile(folder.path + "/array.npy")
    let header = try NumPyHeader(file)
    #expect(header.shape == [2])
    #expect(header.elements == .init(kind: "i", width: 2, isBigEndian: true))
    #expect(!header.isColumnMajor)
    #expect(file.position == 128)
  }
}
