import Foundation
import Threads

/// Makes Ctrl-C, a polite kill (SIGTERM) and the end of the terminal (SIGHUP) end a search cleanly;
/// the second one ends the process at once, with exit code 130, 143 or 129, which loses no more
/// than a crash would.
///
///     let signals = try InterruptSignals(stop: stop) { _ in print("Stopping …") }
///     defer { signals.stopWatching() }
///
/// From the end of `init` to `stopWatching` no signal is missed. There can be one of these at a
/// time.
package final class InterruptSignals: @unchecked Sendable {
  /// Exit code by convention: 128 and the signal's number.
  package static func exitCode(of signal: Int32) -> Int32 { 128 + signal }

  /// What the parent has ignored means nothing: the end of the terminal under `nohup`, Ctrl-C
  /// behind a script's `&`.
  private let watched = [SIGINT, SIGTERM, SIGHUP].filter { !isIgnored($0) }
  private let firstSignal = Monitor<Int32?>(nil)
  private var thread: SystemThread?

  /// `onFirst` runs on a thread of its own when the first signal comes, with its number.
  ///
  /// - Throws: `SystemThreadError`.
  package init(
    stop: StopRequest, onFirst: @escaping @Sendable (Int32) -> Void = { _ in },
    exitNow: @escaping @Sendable (Int32) -> Void = { _exit($0) }
  ) throws(SystemThreadError) {
    // Without a file descriptor left, the signals keep their usual effect.
    guard let wakeUp = WakeUpPipe.ofProcess else { return }
    thread = try SystemThread { [self] in
      while let number = wakeUp.next() {
        if isFirst(number) {
          stop.request()
          onFirst(number)
        } else {
          exitNow(Self.exitCode(of: number))
        }
      }
    }
    wakeUpDescriptor = wakeUp.writeEnd
    // A parent may have started this process with the signals blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in watched { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in watched {
      signal(number) { number in
        // Little is allowed in a signal's handler; writing to a pipe is.
        let code = errno
        WakeUpPipe.write(number, to: wakeUpDescriptor)
        errno = code
      }
    }
  }

  /// The first signal that came, nil without one.
  package var received: Int32? { firstSignal.read { $0 } }

  /// Gives the signals their usual effect again.
  package func stopWatching() {
    guard let thread else { return }
    for number in watched { signal(number, SIG_DFL) }
    WakeUpPipe.write(0, to: wakeUpDescriptor)
    thread.join()
    self.thread = nil
  }

  /// Whether the process ignores a signal, as its parent may have had it do.
  package static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private func isFirst(_ number: Int32) -> Bool {
    firstSignal.update { first in
      defer { first = first ?? number }
      return first == nil
    }
  }
}

/// Where the handler of a signal writes. Set before the handler is there.
nonisolated(unsafe) private var wakeUpDescriptor: Int32 = -1

/// Carries the numbers of signals from a handler to a thread that may do more than a handler.
///
/// There is one for the process, never closed: a handler may be about to use it.
private struct WakeUpPipe: Sendable {
  static let ofProcess = WakeUpPipe()

  private let readEnd: Int32
  let writeEnd: Int32

  /// Nil where the process has no file descriptors left.
  private init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  /// Waits for a number; nil for the zero that ends a thread.
  func next() -> Int32? {
    var byte: UInt8 = 0
    while read(readEnd, &byte, 1) < 0, errno == EINTR {}
    return byte == 0 ? nil : Int32(byte)
  }

  static func write(_ number: Int32, to descriptor: Int32) {
    var byte = UInt8(truncatingIfNeeded: number)
    _ = Foundation.write(descriptor, &byte, 1)
  }
}
