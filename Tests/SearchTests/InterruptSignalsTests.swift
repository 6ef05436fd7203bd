import Foundation
import Search
import Testing

@Suite struct InterruptSignalsTests {
  @Test func firstAsksSecondExits() throws {
    let stop = StopRequest()
    let first = DispatchSemaphore(value: 0)
    let second = DispatchSemaphore(value: 0)
    let code = ExitCode()
    let signals = try InterruptSignals(stop: stop) { number in
      if number == SIGINT { first.signal() }
    } exitNow: {
      code.value = $0
      second.signal()
    }
    defer { signals.stopWatching() }
    #expect(signals.received == nil)
    kill(getpid(), SIGINT)
    first.wait()
    #expect(stop.isRequested)
    #expect(signals.received == SIGINT)
    #expect(InterruptSignals.exitCode(of: SIGINT) == 130)
    kill(getpid(), SIGTERM)
    second.wait()
    #expect(code.value == 143)
    #expect(signals.received == SIGINT)
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
