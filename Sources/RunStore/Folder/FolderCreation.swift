import Foundation

/// The first steps of a new run folder.
package enum FolderCreation {
  /// Makes the folder and all that are missing above it, durably; nothing happens where it
  /// exists.
  package static func makeFolder(_ path: String) throws {
    if isFolder(path) { return }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var code = mkdir(path, 0o777) == 0 ? 0 : errno
    // Some file systems, /proc for one, say ENOENT where nothing is missing.
    if code == ENOENT, parent != path, !isFolder(parent) {
      try makeFolder(parent)
      code = mkdir(path, 0o777) == 0 ? 0 : errno
    }
    if code != 0 {
      // Another process may have been faster.
      if code == EEXIST, isFolder(path) { return }
      throw RunStoreError.file(.creatingFolder, path: path, code: code)
    }
    try WholeFile.synchronizeFolder(parent)
  }

  /// What a creation that did not get far enough leaves behind does not count.
  static func checkIsEmpty(_ path: String) throws {
    let names = try names(in: path)
    let own = [
      RunFiles.lock, RunFiles.weights, RunFiles.configuration + WholeFile.partialSuffix,
    ]
    guard names.allSatisfy(own.contains) else {
      throw RunStoreError.folderNotEmpty(
        folder: path, holdsRun: names.contains(RunFiles.configuration))
    }
  }

  /// What a folder holds, sorted, without the folder itself and the one above.
  package static func names(in path: String) throws -> [String] {
    guard let folder = opendir(path) else {
      throw RunStoreError.file(.listingFolder, path: path, code: errno)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
