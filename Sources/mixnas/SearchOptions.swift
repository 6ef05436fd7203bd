import ArgumentParser
import Evaluation
import Foundation
import Kernels
import Reports
import RunStore
import Search

/// What searching and resuming share.
struct SearchOptions: ParsableArguments {
  @Option(
    help: """
      Candidates to evaluate at the same time, at most as many as the strategy's lookahead; \
      changes nothing but the time. Without it, as many as there are cores, up to the lookahead.
      """)
  var workers: Int?

  @Flag(help: "Print nothing but problems.")
  var quiet = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers must be from 1 to 1024, not \(workers).")
    }
  }

  static func check(evaluations: Int?) throws {
    if let evaluations, !(1...10_000_000).contains(evaluations) {
      throw ValidationError("--evaluations must be from 1 to 10000000, not \(evaluations).")
    }
  }

  /// - Parameters:
  ///   - evaluator: of the run's space, images and seed.
  ///   - open: makes or opens the run folder. From here on Ctrl-C is handled, so that a folder that
  ///     exists is one that can be resumed.
  func run(_ evaluator: CandidateEvaluator, open: () throws -> RunRecorder) throws {
    let stop = StopRequest()
    let signals = try InterruptSignals(announcing: stop)
    defer { signals.stopWatching() }
    let recorder = try open()
    let lookahead = recorder.folder.configuration.space.strategy.lookahead
    let workers = min(self.workers ?? availableCores, lookahead)
    if let wanted = self.workers, wanted > lookahead, !quiet {
      Terminal.writeError(
        "\(wanted) workers are more than the strategy's lookahead of \(lookahead): "
          + "\(lookahead) will work\n")
    }
    if !quiet { Terminal.writeError(headline(recorder, evaluator)) }
    let end = try SearchRun(
      recorder: recorder, evaluator: evaluator, workers: workers, isQuiet: quiet,
      output: json ? .json : .text
    ).run(stop: stop)
    if end == .interrupted, let signal = signals.received {
      throw ExitCode(InterruptSignals.exitCode(of: signal))
    }
  }

  /// What is searched on, and what of it is less than the space asks for.
  private func headline(_ recorder: RunRecorder, _ evaluator: CandidateEvaluator) -> String {
    let images = evaluator.images
    let (training, scoring) = (images.training.count, images.scoring.count)
    let dataset: RunDataset? = try? recorder.folder.configuration.dataset.decoded()
    let kind = dataset?.source.kind == .generated ? "built-in images" : "images"
    let epochCount = evaluator.space.training.epochs
    let epochs = "\(epochCount) epoch\(epochCount == 1 ? "" : "s")"
    let classes = "\(images.classes) class\(images.classes == 1 ? "" : "es")"
    let line =
      "\(recorder.folder.path): \(recorder.state.search.evaluatedCount) of "
      + "\(recorder.state.budget) evaluated, each in \(epochs) on "
      + "\(Numbers.grouped(training)) \(kind), "
      + "\(Numbers.grouped(scoring)) more for validation, \(classes); "
      + "\(KernelSet.current.instructionSet.rawValue) kernels\n"
    let wanted = evaluator.space.training
    let shortages = [
      ("training", training, wanted.trainingImages),
      ("validation", scoring, wanted.validationImages),
    ].compactMap { part, count, wanted in
      wanted.flatMap { wanted in
        count < wanted
          ? "there are only \(Numbers.grouped(count)) \(part) images of the "
            + "\(Numbers.grouped(wanted)) that the space asks for\n" : nil
      }
    }
    return line + shortages.joined()
  }
}
