import Foundation

/// A wish to stop that threads share: once asked for, it stays.
package final class StopRequest: @unchecked Sendable {
  private let lock = NSLock()
  private var isSet = false

  package init() {}

  package func request() {
    lock.withLock { isSet = true }
  }

  package var isRequested: Bool { lock.withLock { isSet } }
}
