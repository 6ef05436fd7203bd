import Engine
import Foundation
import Testing
import Threads

@testable import Evaluation

// Limits end a test that would wait forever; none comes near its own.
@Suite(.timeLimit(.minutes(5))) struct TrainingGateTests {
  @Test func aMeasurementWaitsForTheTrainerAndTheTrainerForTheMeasurement() throws {
    let gate = TrainingGate()
    let events = Monitor<[String]>([])
    gate.enter()
    let measurement = try SystemThread {
      gate.whileClosed { events.update { $0.append("measured") } }
    }
    gate.waitUntilClosed()
    // The gate is closed, but this trainer has not reached it.
    #expect(events.read { $0 }.isEmpty)
    events.update { $0.append("step") }
    gate.pass()
    #expect(events.read { $0 } == ["step", "measured"])
    gate.leave()
    measurement.join()
  }

  @Test func aTrainerThatLeavesIsNotWaitedFor() throws {
    let gate = TrainingGate()
    let hasMeasured = Monitor(false)
    gate.enter()
    let measurement = try SystemThread { gate.whileClosed { hasMeasured.update { $0 = true } } }
    gate.waitUntilClosed()
    #expect(!hasMeasured.read { $0 })
    gate.leave()
    measurement.join()
    #expect(hasMeasured.read { $0 })
    gate.pass()
  }

  @Test func nobodyEntersWhileItIsClosed() throws {
    let gate = TrainingGate()
    let entered = Monitor(false)
    let trainer = Monitor<SystemThread?>(nil)
    let hasToWait = try gate.whileClosed {
      let thread = try SystemThread {
        gate.enter()
        entered.update { $0 = true }
        gate.leave()
      }
      trainer.update { $0 = thread }
      return gate.waitForArrival() && !entered.read { $0 }
    }
    #expect(hasToWait)
    trainer.read { $0 }?.join()
    #expect(entered.read { $0 })
  }

  @Test func noStepFallsIntoAnyMeasurement() throws {
    let gate = TrainingGate()
    let computing = Monitor(0)
    let clashes = Monitor(0)
    let trainers = try (0..<3).map { _ in
      try SystemThread {
        gate.enter()
        for _ in 0..<400 {
          gate.pass()
          computing.update { $0 += 1 }
          sched_yield()
          computing.update { $0 -= 1 }
        }
        gate.leave()
      }
    }
    let measurers = try (0..<2).map { _ in
      try SystemThread {
        for _ in 0..<100 {
          gate.whileClosed {
            if computing.read({ $0 }) > 0 { clashes.update { $0 += 1 } }
          }
        }
      }
    }
    for thread in trainers + measurers { thread.join() }
    #expect(clashes.read { $0 } == 0)
  }
}
