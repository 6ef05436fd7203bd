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
    if !quiet {
      let images = evaluator.images
      let dataset: RunDataset? = try? recorder.folder.configuration.dataset.decoded()
      let kind = dataset?.source.kind == .generated ? "built-in images" : "images"
      Terminal.writeError(
        "\(recorder.folder.path): \(recorder.state.search.evaluatedCount) of "
          + "\(recorder.state.budget) evaluated, on "
          + "\(Numbers.grouped(images.training.count)) \(kind), "
          + "\(Numbers.grouped(images.scoring.count)) more for validation, "
          + "\(images.classes) class\(images.classes == 1 ? "" : "es"); \(KernelSet.current.instructionSet.rawValue) kernels\n"
      )
      let wanted = evaluator.space.training
      for (part, count, asked) in [
        ("training", images.training.count, wanted.trainingImages),
        ("validation", images.scoring.count, wanted.validationImages),
      ] {
        if let asked, count < asked {
          Terminal.writeError(
            "there are only \(Numbers.grouped(count)) \(part) images of the "
              + "\(Numbers.grouped(asked)) that the space asks for\n")
        }
      }
    }
    let end = try SearchRun(
      recorder: recorder, evaluator: evaluator, workers: workers, isQuiet: quiet,
      output: json ? .json : .text
    ).run(stop: stop)
    if end == .interrupted, let signal = signals.received {
      throw ExitCode(InterruptSignals.exitCode(of: signal))
    }
  }
}
