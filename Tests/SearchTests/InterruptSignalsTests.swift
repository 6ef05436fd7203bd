import Foundation
import Search
import Testing

@Suite(.serialized) struct InterruptSignalsTests {
  @Test(arguments: [[SIGINT, SIGTERM, 143], [SIGTERM, SIGINT, 130], [SIGHUP, SIGHUP, 129]])
  func firstAsksSecondExits(_ numbers: [Int32]) throws {
    let (one, other, status) = (numbers[0], numbers[1], numbers[2])
    // The tests themselves may run under `nohup`, or behind a script's `&`.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    let stop = StopRequest()
    let first = DispatchSemaphore(value: 0)
    let second = DispatchSemaphore(value: 0)
    let code = ExitCode()
    let signals = try InterruptSignals(stop: stop) { number in
      if number == one { first.signal() }
    } exitNow: {
      code.value = $0
      second.signal()
    }
    defer { signals.stopWatching() }
    #expect(signals.received == nil)
    kill(getpid(), one)
    first.wait()
    #expect(stop.isRequested)
    #expect(signals.received == one)
    kill(getpid(), other)
    second.wait()
    #expect(code.value == status && InterruptSignals.exitCode(of: other) == status)
    #expect(signals.received == one)
  }

  /// Under `nohup`, the end of the terminal ends nothing.
  @Test func anIgnoredHangUpStaysIgnored() throws {
    let usual = signal(SIGHUP, SIG_IGN)
    defer { signal(SIGHUP, usual) }
    let stop = StopRequest()
    let signals = try InterruptSignals(stop: stop)
    kill(getpid(), SIGHUP)
    signals.stopWatching()
    kill(getpid(), SIGHUP)
    #expect(signals.received == nil && !stop.isRequested)
  }
}

private final class ExitCode: @unchecked Sendable {
  private let lock = NSLock()
  private var stored: Int32 = 0

  var value: Int32 {
    get { lock.withLock { stored } }
    set { lock.withLock { stored = newValue } }
  }
}
