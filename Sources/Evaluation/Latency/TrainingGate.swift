import Engine
import Threads

/// Keeps training and latency measurements of one process apart: nobody trains while a latency is
/// measured.
///
/// A trainer enters before its work, passes at every step boundary, and leaves at its end. A
/// measurement closes the gate, waits until every trainer inside stands at it, measures, and
/// opens it again.
///
///     gate.enter(); defer { gate.leave() }
///     for step in steps { gate.pass(); train(step) }
///
///     let latency = gate.whileClosed { measure() }   // never by a trainer that is inside
package final class TrainingGate: Sendable {
  private struct State {
    /// In front of the closed gate.
    var waiting = 0
    var trainers = 0
    var standing = 0
    var isClosed = false
  }

  /// The gate of this process.
  package static let process = TrainingGate()

  private let state = Monitor(State())

  package init() {}

  /// Joins the trainers, as soon as the gate is open.
  package func enter() {
    let hasToWait = state.update {
      if $0.isClosed { $0.waiting += 1 } else { $0.trainers += 1 }
      return $0.isClosed
    }
    guard hasToWait else { return }
    state.wait(
      until: { !$0.isClosed },
      then: {
        $0.waiting -= 1
        $0.trainers += 1
      })
  }

  package func leave() {
    state.update { $0.trainers -= 1 }
  }

  /// Runs `body` as a trainer that has no step boundaries.
  package func working<Result>(_ body: () throws -> Result) rethrows -> Result {
    enter()
    defer { leave() }
    return try body()
  }

  /// Returns at once while the gate is open, else when it opens.
  package func pass() {
    guard state.read({ $0.isClosed }) else { return }
    state.update { $0.standing += 1 }
    state.wait(until: { !$0.isClosed }, then: { $0.standing -= 1 })
  }

  /// Returns once a measurement has closed the gate, though trainers may still be at work.
  func waitUntilClosed() {
    state.wait(until: { $0.isClosed })
  }

  /// Returns once somebody has come to enter: whether they have to wait.
  func waitForArrival() -> Bool {
    state.wait(until: { $0.waiting + $0.trainers > 0 }, then: { $0.waiting > 0 })
  }

  /// Runs `body` while no trainer computes. Measurements take turns.
  package func whileClosed<Result>(_ body: () throws -> Result) rethrows -> Result {
    state.wait(until: { !$0.isClosed }, then: { $0.isClosed = true })
    state.wait(until: { $0.standing == $0.trainers })
    defer { state.update { $0.isClosed = false } }
    return try body()
  }
}
