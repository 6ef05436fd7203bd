import Dispatch
import Foundation

/// Makes Ctrl-C and a polite kill (SIGTERM) end a search cleanly; the second one ends the
/// process at once, with exit code 130 or 143, which loses no more than a crash would.
///
///     let signals = InterruptSignals(stop: stop) { print("Stopping …") }
///     defer { signals.stopWatching() }
package final class InterruptSignals: @unchecked Sendable {
  /// Exit code by convention: 128 and the signal's number.
  package static func exitCode(of signal: Int32) -> Int32 { 128 + signal }

  private let lock = NSLock()
  private var firstSignal: Int32?
  private var sources: [any DispatchSourceSignal] = []

  /// `onFirst` runs on a thread of the system's when the first signal comes.
  package init(
    stop: StopRequest, onFirst: @escaping @Sendable () -> Void = {},
    exitNow: @escaping @Sendable (Int32) -> Void = { _exit($0) }
  ) {
    let queue = DispatchQueue(label: "interrupt signals")
    sources = [SIGINT, SIGTERM].map { number in
      // The default action would end the process before the source is told.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [weak self] in
        guard let self else { return }
        if self.isFirst(number) {
          stop.request()
          onFirst()
        } else {
          exitNow(Self.exitCode(of: number))
        }
      }
      source.resume()
      return source
    }
  }

  /// The first signal that came, nil without one.
  package var received: Int32? { lock.withLock { firstSignal } }

  /// Gives both signals their usual effect again.
  package func stopWatching() {
    for source in sources { source.cancel() }
    sources = []
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }

  private func isFirst(_ number: Int32) -> Bool {
    lock.withLock {
      defer { firstSignal = firstSignal ?? number }
      return firstSignal == nil
    }
  }
}
