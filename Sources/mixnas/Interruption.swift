import Foundation
import Synchronization

/// Turns the first Ctrl-C (or SIGTERM) into a request that long work asks for, and lets the
/// second one end the process at once.
///
///     let interruption = Interruption()
///     while !interruption.isRequested { … }
///     if let code = interruption.exitCode { … }
final class Interruption: Sendable {
  private let signalNumber = Atomic<Int32>(0)
  private let queue = DispatchQueue(label: "mixnas.interruption")
  private let sources: [any DispatchSourceSignal]

  /// - Parameter onRequest: called once, on a queue of its own.
  init(onRequest: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [weak self] in
        guard let self else { return }
        if self.signalNumber.load(ordering: .relaxed) != 0 { _exit(128 + number) }
        self.signalNumber.store(number, ordering: .relaxed)
        onRequest()
      }
      source.resume()
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  var isRequested: Bool { signalNumber.load(ordering: .relaxed) != 0 }

  /// 130 after Ctrl-C, 143 after SIGTERM, nil if neither came.
  var exitCode: Int32? {
    let number = signalNumber.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }
}
