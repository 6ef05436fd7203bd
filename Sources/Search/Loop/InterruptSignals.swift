import Foundation

/// Makes Ctrl-C and a polite kill (SIGTERM) end a search cleanly; the second one ends the
/// process at once, with exit code 130 or 143, which loses no more than a crash would.
///
///     let signals = InterruptSignals(stop: stop) { print("Stopping …") }
///     defer { signals.stopWatching() }
///
/// From the end of `init` on no signal is missed. There can be one of these at a time.
package final class InterruptSignals: @unchecked Sendable {
  /// Exit code by convention: 128 and the signal's number.
  package static func exitCode(of signal: Int32) -> Int32 { 128 + signal }

  private static let watched = [SIGINT, SIGTERM]

  private let lock = NSLock()
  private var firstSignal: Int32?
  private let wakeUp: WakeUpPipe

  /// `onFirst` runs on a thread of its own when the first signal comes.
  package init(
    stop: StopRequest, onFirst: @escaping @Sendable () -> Void = {},
    exitNow: @escaping @Sendable (Int32) -> Void = { _exit($0) }
  ) {
    let wakeUp = WakeUpPipe()
    self.wakeUp = wakeUp
    let thread = Thread { [self] in
      while let number = wakeUp.next() {
        if isFirst(number) {
          stop.request()
          onFirst()
        } else {
          exitNow(Self.exitCode(of: number))
        }
      }
    }
    thread.name = "interrupt signals"
    thread.start()
    wakeUpDescriptor = wakeUp.writeEnd
    // A parent may have started this process with the signals blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in Self.watched { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in Self.watched {
      signal(number) { number in
        // Little is allowed in a signal's handler; writing to a pipe is.
        let code = errno
        WakeUpPipe.write(number, to: wakeUpDescriptor)
        errno = code
      }
    }
  }

  /// The first signal that came, nil without one.
  package var received: Int32? { lock.withLock { firstSignal } }

  /// Gives both signals their usual effect again.
  package func stopWatching() {
    for number in Self.watched { signal(number, SIG_DFL) }
    wakeUp.close()
  }

  private func isFirst(_ number: Int32) -> Bool {
    lock.withLock {
      defer { firstSignal = firstSignal ?? number }
      return firstSignal == nil
    }
  }
}

/// Where the handler of a signal writes. Set before the handler is there.
nonisolated(unsafe) private var wakeUpDescriptor: Int32 = -1

/// Carries the numbers of signals from a handler to a thread that may do more than a handler.
///
/// The write end is never closed: a handler may be about to use it.
private struct WakeUpPipe: Sendable {
  private let readEnd: Int32
  let writeEnd: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    let status = pipe(&ends)
    precondition(status == 0, "no file descriptors are left")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  /// Waits for a number; nil once the pipe is closed.
  func next() -> Int32? {
    var byte: UInt8 = 0
    while read(readEnd, &byte, 1) < 0, errno == EINTR {}
    return byte == 0 ? nil : Int32(byte)
  }

  func close() { Self.write(0, to: writeEnd) }

  static func write(_ number: Int32, to descriptor: Int32) {
    var byte = UInt8(truncatingIfNeeded: number)
    _ = Foundation.write(descriptor, &byte, 1)
  }
}
