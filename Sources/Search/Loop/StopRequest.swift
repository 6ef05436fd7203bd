import Threads

/// A wish to stop that threads share: once asked for, it stays.
package final class StopRequest: Sendable {
  private let isSet = Monitor(false)

  package init() {}

  package func request() { isSet.update { $0 = true } }

  package var isRequested: Bool { isSet.read { $0 } }
}
