import Foundation

/// Folders by their paths.
package enum Folder {
  /// Makes the folder and all that are missing above it, durably; nothing happens where it
  /// exists.
  package static func make(_ path: String) throws(FileError) {
    if exists(path) { return }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var code = mkdir(path, 0o777) == 0 ? 0 : errno
    // Some file systems, /proc for one, say ENOENT where nothing is missing.
    if code == ENOENT, parent != path, !exists(parent) {
      try make(parent)
      code = mkdir(path, 0o777) == 0 ? 0 : errno
    }
    if code != 0 {
      // Another process may have been faster.
      if code == EEXIST, exists(path) { return }
      throw FileError(.creatingFolder, path: path, code: code)
    }
    try synchronize(parent)
  }

  /// What a folder holds, sorted, without the folder itself and the one above.
  package static func names(in path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else {
      throw FileError(.listingFolder, path: path, code: errno)
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

  /// Makes new names in a folder durable, where that can be had: some network file systems have no
  /// such call for folders, and a folder that may be written to need not be readable.
  package static func synchronize(_ path: String) throws(FileError) {
    do {
      try OpenFile(path: path, flags: O_RDONLY | O_DIRECTORY).synchronize()
    } catch {
      let impossible = [EACCES, EPERM, EINVAL, ENOTSUP, EBADF, ENOSYS]
      if !impossible.contains(error.code) { throw error }
    }
  }

  private static func exists(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
