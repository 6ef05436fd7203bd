#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A directory that holds a dataset.
struct DataFolder {
  let path: String

  init(_ path: String, for kind: DatasetKind) throws {
    guard fileMode(path).map({ $0 & S_IFMT == S_IFDIR }) == true else {
      throw DatasetError.directoryNotFound(path, kind)
    }
    self.path = path
  }

  /// Opens the first of these names that exists; names may lead through subdirectories.
  ///
  /// - Parameter archive: a download that holds the file; named in the error where it is there.
  func open(_ names: [String], archive: String? = nil) throws -> DataFile {
    guard let name = names.first(where: contains) else {
      throw DatasetError.fileNotFound(
        directory: path, lookedFor: names, archive: archive.flatMap { contains($0) ? $0 : nil })
    }
    return try DataFile(path + "/" + name)
  }

  func contains(_ name: String) -> Bool { fileMode(path + "/" + name) != nil }
}

/// Type and permissions, nil where nothing is at the path.
private func fileMode(_ path: String) -> mode_t? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode : nil
}
