import Foundation

/// The first steps of a new run folder.
enum FolderCreation {
  /// With all missing folders above it; nothing happens where it exists.
  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      throw RunStoreError.file(.creatingFolder, path: path, code: systemCode(of: error))
    }
  }

  /// What a creation that did not get far enough leaves behind does not count.
  static func checkIsEmpty(_ path: String) throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw RunStoreError.file(.listingFolder, path: path, code: systemCode(of: error))
    }
    let own = [
      RunFiles.lock, RunFiles.weights, RunFiles.configuration + WholeFile.partialSuffix,
    ]
    guard names.allSatisfy(own.contains) else {
      throw RunStoreError.folderNotEmpty(
        folder: path, holdsRun: names.contains(RunFiles.configuration))
    }
  }
}

/// The system's `errno` behind an error of Foundation's.
func systemCode(of error: any Error) -> Int32 {
  let outer = error as NSError
  let posix = outer.userInfo[NSUnderlyingErrorKey] as? NSError ?? outer
  return posix.domain == NSPOSIXErrorDomain ? Int32(posix.code) : EIO
}
