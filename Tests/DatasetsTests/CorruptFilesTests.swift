import Testing

@testable import Datasets

private let images = "train-images-idx3-ubyte"
private let labels = "train-labels-idx1-ubyte"

struct CorruptFilesTests {
  @Test(arguments: idxCorruptions + gzipCorruptions + npyCorruptions + cifarCorruptions)
  func everyCorruptionHasItsError(_ corruption: Corruption) throws {
    let folder = try corruption.folder()
    _ = try folder.load(corruption.kind)
    try folder.write(corruption.file, corruption.contents(folder.bytes(corruption.file)))
    func path(_ name: String) -> String { folder.path + "/" + name }
    let error = folder.error(corruption.kind)
    #expect(error == corruption.error(path(corruption.file), path))
    #expect(error?.description.contains(path(corruption.file)) == true)
  }

  @Test func aMissingFileListsTheNamesThatWereSought() throws {
    let folder = try Sample.idx()
    try folder.remove(labels)
    let error = folder.error(.idx)
    #expect(
      error
        == .fileNotFound(
          directory: folder.path,
          lookedFor: [
            "train-labels-idx1-ubyte", "train-labels-idx1-ubyte.gz", "train-labels.idx1-ubyte",
            "train-labels.idx1-ubyte.gz",
          ], archive: nil))
    #expect(error?.description.contains("train-labels-idx1-ubyte.gz") == true)
  }

  @Test func whatIsNotAFileIsRefused() throws {
    let folder = try Sample.idx()
    try folder.remove(images)
    try folder.write("\(images)/inner", [1])
    #expect(
      folder.error(.idx)
        == .notReadable(
          file: folder.path + "/" + images, reason: "it is not a regular file"))
  }
}
