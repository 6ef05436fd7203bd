import Foundation

extension Error {
  /// Why the system refused to read or write a file, in its own words where Foundation keeps them
  /// back.
  package var systemReason: String {
    let error = self as NSError
    guard let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError,
      cause.domain == NSPOSIXErrorDomain
    else { return error.localizedDescription }
    return String(cString: strerror(Int32(cause.code)))
  }
}
