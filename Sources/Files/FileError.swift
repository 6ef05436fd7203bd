import Foundation

/// What the system refused to do with a file or a folder.
package struct FileError: Error, Sendable, Hashable {
  package enum Operation: String, Sendable {
    case opening, reading, writing, synchronizing, truncating, locking
    case creatingFolder = "creating the folder"
    case listingFolder = "listing the folder"
  }

  package let operation: Operation
  package let path: String
  /// As in `errno`.
  package let code: Int32

  package init(_ operation: Operation, path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// In the system's words, but for what says nothing of the file.
  package var reason: String {
    code == ENOMEM
      ? "there is more in it than this process has memory for" : String(cString: strerror(code))
  }
}

extension FileError: CustomStringConvertible {
  /// Where it is wrong, and what to do.
  package var description: String {
    let remedy =
      switch code {
      case ENOSPC, EDQUOT: "Free some space first."
      case EFBIG: "Raise the limit of a file's size (ulimit -f)."
      case EMFILE, ENFILE: "Raise the limit of open files (ulimit -n)."
      case EACCES, EPERM, EROFS: "Choose a place that you may write to, or change its permissions."
      case ENOTDIR, EEXIST: "A part of the path is a file: choose another folder."
      case EBUSY: "Something else is using it: wait until that has ended."
      case ENOMEM: "Is it the right file? Or else raise the limit of memory (ulimit -v)."
      case EISDIR: "A folder stands where a file belongs: choose another name, or move it away."
      default: "Check the path, and the disk that it is on."
      }
    return "\(path): \(operation.rawValue) failed: \(reason). \(remedy)"
  }
}
