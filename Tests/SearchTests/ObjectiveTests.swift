import Search
import SearchSpaces
import Testing

@Suite struct ObjectiveTests {
  private func objective(_ form: ObjectiveSettings.Form, _ cost: CostKind = .latency) -> Objective {
    var settings = ObjectiveSettings(target: 5)
    settings.form = form
    settings.cost = cost
    return Objective(settings)
  }

  private func evaluation(accuracy: Double, latency: Double?) -> Evaluation {
    let measurement = latency.map {
      LatencyMeasurement(
        medianMilliseconds: $0, lowMilliseconds: $0 - 1, highMilliseconds: $0 + 1, samples: 9,
        threads: 1)
    }
    return Evaluation(
      ordinal: 0,
      outcome: .completed(
        Evaluation.Scores(
          validationAccuracy: accuracy, validationLoss: 1, trainingLoss: 1, latency: measurement,
          multiplyAdds: 20, parameters: 10)),
      timing: Evaluation.Timing(seconds: 1, imagesPerSecond: 1))
  }

  /// 0.8 × 2^-0.07 = 0.762110…, 0.8 × 0.5^-0.07 = 0.839773….
  @Test func formsOfMnasNet() {
    func isClose(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-6 }
    #expect(isClose(objective(.soft).reward(accuracy: 0.8, cost: 10), 0.762110))
    #expect(isClose(objective(.soft).reward(accuracy: 0.8, cost: 2.5), 0.839773))
    #expect(isClose(objective(.soft).reward(accuracy: 0.8, cost: 5), 0.8))
    #expect(isClose(objective(.hard).reward(accuracy: 0.8, cost: 10), 0.762110))
    #expect(objective(.hard).reward(accuracy: 0.8, cost: 2.5) == 0.8)
    #expect(objective(.limit).reward(accuracy: 0.8, cost: 5) == 0.8)
    #expect(objective(.limit).reward(accuracy: 0.8, cost: 5.001) == 0)
  }

  @Test func costIsWhatTheSettingsAsk() {
    let evaluation = evaluation(accuracy: 0.5, latency: 7)
    #expect(objective(.limit, .latency).score(of: evaluation)?.cost == 7)
    #expect(objective(.limit, .multiplyAdds).score(of: evaluation)?.cost == 20)
    #expect(objective(.limit, .parameters).score(of: evaluation)?.cost == 10)
  }

  @Test func noScoreWithoutNumbers() {
    let objective = objective(.soft)
    #expect(objective.score(of: evaluation(accuracy: 0.5, latency: nil)) == nil)
    #expect(objective.score(of: evaluation(accuracy: .nan, latency: 3)) == nil)
    #expect(objective.score(of: evaluation(accuracy: 0.5, latency: .infinity)) == nil)
    var failed = evaluation(accuracy: 0.5, latency: 3)
    #expect(objective.score(of: failed) != nil)
    failed.outcome = .failed(.diverged(epoch: 0))
    #expect(objective.score(of: failed) == nil)
  }

  @Test func lessCostBreaksTies() {
    let dear = Score(accuracy: 0.6, cost: 9, reward: 0)
    let cheap = Score(accuracy: 0.5, cost: 8, reward: 0)
    #expect(cheap.outranks(dear))
    #expect(!dear.outranks(cheap))
    #expect(!dear.outranks(dear))
    #expect(Score(accuracy: 0.1, cost: 99, reward: 0.1).outranks(cheap))
  }
}
