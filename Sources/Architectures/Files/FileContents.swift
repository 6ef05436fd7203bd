import Foundation

extension Error {
  /// Why the system refused to read or write a file, in its own words where Foundation keeps them
  /// back.
  package var systemReason: String {
    guard let cause = (self as? CocoaError)?.underlying.map({ $0 as NSError }),
      cause.domain == NSPOSIXErrorDomain
    else { return localizedDescription }
    return String(cString: strerror(Int32(cause.code)))
  }
}

extension Data {
  /// All that a file holds, or that a pipe or a device gives.
  package init(allOf path: String) throws {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    self = try file.readToEnd() ?? Data()
  }
}
