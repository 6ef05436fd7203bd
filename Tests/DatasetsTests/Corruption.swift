import Testing

@testable import Datasets

/// One way to spoil a dataset and what must be said of it.
struct Corruption: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let kind: DatasetKind
  /// The spoiled file.
  let file: String
  let contents: @Sendable ([UInt8]) -> [UInt8]
  /// From the paths of the spoiled file and of any other file.
  let error: @Sendable (String, (String) -> String) -> DatasetError

  init(
    _ name: String, _ kind: DatasetKind, _ file: String,
    _ contents: @escaping @Sendable ([UInt8]) -> [UInt8],
    _ error: @escaping @Sendable (String, (String) -> String) -> DatasetError
  ) {
    testDescription = name
    self.kind = kind
    self.file = file
    self.contents = contents
    self.error = error
  }

  func folder() throws -> DatasetFolder { try Sample.folder(of: kind) }
}
