import Architectures
import Search
import SearchSpaces
import Testing

@testable import Reports

/// What `show` and the end of a search say of a run.
@Suite struct RunReportTests {
  /// A state in which candidates have been scored, in order; one without figures has diverged.
  private func state(
    _ settings: ObjectiveSettings, _ figures: [(accuracy: Double, multiplyAdds: Int)?]
  ) throws -> SearchState {
    let genome = try Genome(blockNotation: "stem8_s1 r1_k3_s2_e1_o8 head16")
    var state = SearchState(objective: Objective(settings))
    for (ordinal, figure) in figures.enumerated() {
      try state.apply(
        .proposed(
          Proposal(
            ordinal: ordinal, choices: Choices([ordinal]), genome: genome, hash: "\(ordinal)",
            seed: 0, parent: nil, mutatedGene: nil)))
      let outcome: Evaluation.Outcome =
        figure.map {
          .completed(
            Evaluation.Scores(
              validationAccuracy: $0.accuracy, validationLoss: 1, trainingLoss: 1, latency: nil,
              multiplyAdds: $0.multiplyAdds, parameters: 1234))
        } ?? .failed(.diverged(epoch: 1))
      try state.apply(
        .evaluated(
          Evaluation(
            ordinal: ordinal, outcome: outcome,
            timing: Evaluation.Timing(seconds: 2.5, imagesPerSecond: 0))))
    }
    return state
  }

  private func settings(
    _ form: ObjectiveSettings.Form, target: Double = 1_000_000
  ) -> ObjectiveSettings {
    var settings = ObjectiveSettings(target: target)
    settings.cost = .multiplyAdds
    settings.form = form
    return settings
  }

  @Test(arguments: [
    (ObjectiveSettings.Form.soft, "accuracy × (multiply-adds / 1.00 M)^-0.07"),
    (.hard, "accuracy, beyond 1.00 M × (multiply-adds / 1.00 M)^-0.07"),
    (.limit, "accuracy within 1.00 M of multiply-adds"),
  ])
  func theObjectiveIsAFormula(form: ObjectiveSettings.Form, formula: String) throws {
    var settings = settings(form)
    settings.exponent = -0.07
    #expect(RunReport(try state(settings, [])).objectiveLine == formula)
    settings.cost = .latency
    settings.target = 0.04
    let latency = RunReport(try state(settings, [])).objectiveLine
    #expect(latency.contains("latency") && latency.contains("0.0400 ms"), "\(latency)")
  }

  @Test func theBestStandsBesideTheMedian() throws {
    let report = RunReport(
      try state(settings(.limit), [(0.5, 900_000), (0.875, 800_000), nil, (0.75, 700_000)]))
    #expect(report.medianReward == 0.75)
    #expect(
      report.bestLine
        == "#1: accuracy 0.8750 at 800 k multiply-adds, reward 0.8750 (median candidate 0.7500)")
    #expect(RunReport(try state(settings(.soft), [nil])).bestLine == "no candidate has a score")
    #expect(RunReport(try state(settings(.soft), [])).medianReward == nil)
  }

  @Test func aLimitThatNobodyKeepsIsSaid() throws {
    let report = RunReport(try state(settings(.limit, target: 1000), [(0.5, 900_000)]))
    #expect(
      report.bestLine.hasSuffix("; no candidate is within the limit of 1.00 k multiply-adds"),
      "\(report.bestLine)")
  }

  @Test func rowsSayWhoIsBestOnTheFrontOrFailed() throws {
    let report = RunReport(
      try state(settings(.limit), [(0.5, 900_000), (0.875, 800_000), nil, (0.75, 700_000)]))
    let rows = report.candidateTable.split(separator: "\n").filter { $0.contains("2.5") }
    #expect(rows.count == 4)
    #expect(!rows[0].contains("front") && rows[1].contains("best") && rows[3].contains("front"))
    #expect(rows[2].contains("diverged in epoch 2"))
    let front = report.frontTable.split(separator: "\n").filter { $0.contains("2.5") }
    #expect(front.count == 2 && front[0].contains("700,000") && front[1].contains("800,000"))
  }
}
