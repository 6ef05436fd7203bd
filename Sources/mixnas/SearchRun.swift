import Evaluation
import Files
import Foundation
import Reports
import RunStore
import Search
import SearchSpaces

/// A search under way in a run folder, begun or resumed: the loop, the progress that it shows,
/// and what is printed at its end.
struct SearchRun {
  enum Output { case text, json }

  let recorder: RunRecorder
  let evaluator: CandidateEvaluator
  let workers: Int
  let isQuiet: Bool
  let output: Output

  private var configuration: RunConfiguration { recorder.folder.configuration }

  /// Runs until the budget is spent, the space is exhausted, or a stop is asked for.
  func run(stop: StopRequest) throws -> SearchEnd {
    let loop = SearchLoop(
      space: configuration.space, seed: configuration.seed, evaluations: recorder.state.budget,
      workers: workers, evaluator: evaluator, stop: stop)
    let display = Terminal.progress(isQuiet: isQuiet)
    let before = recorder.state.search.evaluatedCount
    let start = ContinuousClock.now
    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    var search = recorder.state.search
    let end: SearchEnd
    do {
      defer { display.finish() }
      end = try loop.run(from: &search, journal: recorder) { status in
        if case .started = status.change, display.style == .lines { return }
        display.update(
          SearchProgress(status, evaluatedBefore: before, seconds: seconds))
      }
    } catch let error as FolderLockError {
      // Something else comes first.
      throw error
    } catch {
      Terminal.writeError(
        "stopped; nothing recorded is lost. When the cause is removed, go on: \(resumption)\n")
      throw error
    }
    try show(search, end: end, seconds: seconds)
    if end != .interrupted, search.best == nil {
      let failure = search.candidates.lazy.compactMap(\.failure).first
      throw CommandProblem.nothingScored(
        folder: recorder.folder.path, firstFailure: failure?.summary)
    }
    return end
  }

  private func show(_ search: SearchState, end: SearchEnd, seconds: Double) throws {
    switch output {
    case .json:
      try Terminal.writeJSON(
        SearchResult(
          search, folder: recorder.folder.path, end: end, seconds: seconds,
          space: configuration.space))
    case .text:
      if isQuiet { return }
      let report = RunReport(search)
      try Terminal.write(headline(end, search, seconds: seconds) + "\n")
      if search.best != nil {
        try Terminal.write("best " + report.bestLine + "\n\n" + report.frontTable + "\n")
      }
      try Terminal.write(hints(search, end: end))
    }
  }

  /// What to do next.
  private func hints(_ search: SearchState, end: SearchEnd) -> String {
    let folder = recorder.folder.path.shellWord
    if end == .interrupted { return "go on:  \(resumption)\n" }
    if search.best == nil { return "" }
    let timing =
      configuration.space.objective.cost == .latency
      ? "time:   mixnas latency \(folder) --select pareto\n" : ""
    let input = configuration.space.input
    let sizes =
      input.proxy.resolution == input.resolution
      ? ""
      : "  (first: the search's weights are for \(input.proxy.resolution)×\(input.proxy.resolution) images)"
    let hints = """
      look:   mixnas show \(folder)
      \(timing)\
      train:  mixnas train \(folder) --epochs 10\(sizes)
      export: mixnas export \(folder) --format onnx --output winner.onnx

      """
    if end == .exhausted { return hints }
    let more = max(search.evaluatedCount + 1, recorder.state.budget * 2)
    return hints + "more:   \(resumption) --evaluations \(more)\n"
  }

  private var resumption: String { "mixnas resume \(recorder.folder.path.shellWord)" }

  private func headline(_ end: SearchEnd, _ search: SearchState, seconds: Double) -> String {
    let counts =
      "\(search.evaluatedCount) evaluated"
      + (search.failedCount > 0 ? ", \(search.failedCount) failed" : "")
    return switch end {
    case .finished: "finished: \(counts), \(Numbers.duration(seconds))"
    case .exhausted:
      "the space is exhausted: \(counts), every network that it holds; "
        + Numbers.duration(seconds)
    case .interrupted:
      "interrupted: \(counts) of \(recorder.state.budget), \(Numbers.duration(seconds))"
    }
  }
}

extension SearchProgress {
  init(_ status: SearchStatus, evaluatedBefore: Int, seconds: Double) {
    let state = status.state
    let best = state.best.flatMap { best in
      best.score.map {
        Best(
          ordinal: best.ordinal, accuracy: $0.accuracy,
          cost: RunReport.cost($0.cost, state.objective.settings.cost))
      }
    }
    self.init(
      evaluated: state.evaluatedCount, failed: state.failedCount, budget: status.budget,
      evaluatedBefore: evaluatedBefore, seconds: seconds, best: best)
  }
}

/// What `search --json` and `resume --json` print.
private struct SearchResult: Encodable {
  let folder: String
  let end: SearchEnd
  let evaluated: Int
  let failed: Int
  let seconds: Double
  let best: CandidateReport?
  let front: [CandidateReport]

  init(
    _ search: SearchState, folder: String, end: SearchEnd, seconds: Double, space: SearchSpace
  ) {
    let candidates = search.front.candidates
    let ordinals = search.front.ordinals
    self.folder = folder
    self.end = end
    evaluated = search.evaluatedCount
    failed = search.failedCount
    self.seconds = seconds
    best = search.best.map {
      CandidateReport($0, isOnFront: ordinals.contains($0.ordinal), space: space)
    }
    front = candidates.map { CandidateReport($0, isOnFront: true, space: space) }
  }
}
