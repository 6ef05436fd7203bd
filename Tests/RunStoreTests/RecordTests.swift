import Files
import Randomness
import Search
import SearchSpaces
import Testing

@testable import RunStore

@Suite struct RecordTests {
  @Test func evaluationsComeBackAsTheyWere() throws {
    var stream = RandomStream(seed: 1)
    var outcomes: [Evaluation.Outcome] = [
      .failed(.diverged(epoch: 2)), .failed(.outOfTime(seconds: 12.25)),
      .failed(.notBuildable(reason: "\"stage\" 2,\nno channels")),
    ]
    for index in 0..<50 {
      // Doubles of all sizes, with all their digits.
      let latency = LatencyMeasurement(
        medianMilliseconds: stream.uniformDouble(), lowMilliseconds: stream.uniformDouble(),
        highMilliseconds: stream.uniformDouble() * 1e9, samples: 21, threads: 2)
      outcomes.append(
        .completed(
          Evaluation.Scores(
            validationAccuracy: stream.uniformDouble(),
            validationLoss: stream.uniformDouble() * 1e-12,
            trainingLoss: index == 0 ? .infinity : stream.uniformDouble(),
            latency: index % 2 == 0 ? latency : nil, multiplyAdds: 1 << 40,
            parameters: stream.below(1_000_000))))
    }
    for (ordinal, outcome) in outcomes.enumerated() {
      let evaluation = Evaluation(
        ordinal: ordinal, outcome: outcome,
        timing: Evaluation.Timing(
          seconds: stream.uniformDouble(), imagesPerSecond: stream.uniformDouble()))
      let bytes = try CanonicalJSON.bytes(EvaluationRecord(evaluation))
      let record = try CanonicalJSON.value(EvaluationRecord.self, from: bytes)
      #expect(try record.evaluation == evaluation)
    }
  }

  @Test func proposalsComeBackAsTheyWere() throws {
    let space = SyntheticSpace.wide()
    var stream = RandomStream(seed: 2)
    for ordinal in 0..<50 {
      let suggestion = Suggestion(
        choices: space.random(using: &stream), parent: ordinal % 3 == 0 ? nil : ordinal,
        mutatedGene: ordinal % 3 == 0 ? nil : 5)
      let proposal = Proposal(suggestion, ordinal: ordinal, space: space, runSeed: 9)
      let bytes = try CanonicalJSON.bytes(ProposalRecord(proposal))
      let record = try CanonicalJSON.value(ProposalRecord.self, from: bytes)
      #expect(try record.proposal(in: space) == proposal)
    }
  }

  @Test func jsonOfOthersIsKept() throws {
    struct Settings: Codable, Equatable {
      var name: String
      var share: Double
      var flags: [Bool]
      var limit: Int?
      var seed: UInt64
    }
    let settings = Settings(
      name: "a/b", share: 0.1, flags: [true, false], limit: nil, seed: .max)
    let value = try JSONValue(encoding: settings)
    #expect(try value.decoded(as: Settings.self) == settings)
  }

  /// A setting that a run's version did not have yet has its default.
  @Test func settingsOfLaterVersionsAreFilledIn() throws {
    let configuration = try Samples.configuration()
    guard case .object(var fields) = try JSONValue(encoding: configuration),
      case .object(var space)? = fields["space"],
      case .object(var training)? = space["training"]
    else {
      Issue.record("a configuration is an object")
      return
    }
    training["batchNormMomentum"] = nil
    training["epochs"] = .integer(5)
    space["training"] = .object(training)
    space["latency"] = nil
    fields["space"] = .object(space)
    let old: RunConfiguration = try JSONValue.object(fields).decoded()
    var expected = configuration
    expected.space.training.epochs = 5
    #expect(old == expected)
  }
}
