import Architectures
import Foundation
import Randomness
import SearchSpaces
import Testing

@testable import Search

/// A task and its result can be sent anywhere.
@Suite struct EvaluationTaskTests {
  @Test func tasksAndEvaluationsComeBack() throws {
    let space = SyntheticSpace.wide()
    var stream = RandomStream(seed: 1)
    for ordinal in 0..<20 {
      let genome = space.genome(for: space.random(using: &stream))
      let task = EvaluationTask(ordinal: ordinal, genome: genome, seed: .max)
      #expect(try again(task) == task)
      let evaluation = SyntheticScores.evaluation(of: task)
      #expect(try again(evaluation) == evaluation)
    }
    for failure in [
      Evaluation.Failure.diverged(epoch: 3), .outOfTime(seconds: 1.5), .notBuildable(reason: "x"),
    ] {
      let evaluation = Evaluation(
        ordinal: 1, outcome: .failed(failure),
        timing: Evaluation.Timing(seconds: 1, imagesPerSecond: 2))
      #expect(try again(evaluation) == evaluation)
    }
  }

  private func again<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
  }
}
