import Architectures
import ArgumentParser
import Datasets
import Evaluation
import Files
import Foundation
import Kernels
import Randomness
import Reports
import RunStore
import Search
import TrainingStore
import WeightFiles

/// What of a training changes nothing of its result.
struct TrainingExecution: ParsableArguments {
  @Option(help: "Threads that share every step, instead of one per core. The result is the same.")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Minutes between checkpoints within an epoch.", valueName: "minutes"))
  var checkpointMinutes = 10.0

  @Flag(help: "Print no progress.")
  var quiet = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be from 1 to 256, not \(threads).")
    }
    guard checkpointMinutes > 0, checkpointMinutes <= 1e6 else {
      throw ValidationError(
        "--checkpoint-minutes must be above 0 and at most a million, not \(checkpointMinutes).")
    }
  }
}

extension TrainingExecution {
  /// - Parameter output: the folder; nil for a new one under results.
  func begin(_ start: TrainingStart, output: String?) throws {
    let training = try FullTraining(
      start.graph, data: start.data, settings: start.configuration.settings,
      seed: start.configuration.seed, weights: start.weights, threads: threadCount)
    try run(training) {
      let recorder = try FreshFolder.create(output, name: start.graph.name + "-training") {
        try TrainingFolderRecorder.create(
          at: $0, start.configuration, graph: start.graph,
          normalization: start.normalization, checkpoint: training.checkpoint)
      }
      for note in start.notes { say(note) }
      if let warning = start.warning { Terminal.writeError(warning + "\n") }
      return recorder
    }
  }

  /// - Parameter dataDirectory: where the files lie now, if they have moved.
  func resume(_ path: String, dataDirectory: String?) throws {
    let folder = try TrainingFolder.open(path)
    if try showFinished(folder) { return }
    try folder.checkConfiguration()
    let configuration = folder.configuration
    let network = try NamedNetwork.untrained(of: folder)
    let (graph, normalization) = try network.trainingGraph(configuration.settings.training)
    let data = try data(of: folder, dataDirectory: dataDirectory)
    let training = try FullTraining(
      graph, data: data, settings: configuration.settings, seed: configuration.seed,
      threads: threadCount)
    do {
      try run(training, movedTo: dataDirectory) {
        let recorder = try TrainingFolderRecorder.resume(
          folder, graph: graph, normalization: .init(data.normalization, batch: normalization))
        try recorder.restore(training)
        warnAboutOtherKernels(configuration.host)
        return recorder
      }
    } catch TrainingFolderError.finished {
      // Another process was faster.
      _ = try showFinished(folder)
    }
  }

  /// Whether there is a result, which is shown again.
  private func showFinished(_ folder: TrainingFolder) throws -> Bool {
    guard let result = try folder.result() else { return false }
    _ = try folder.bestFile()
    say("\(folder.path): finished already; the test images are not scored again")
    try show(result, folder: folder.path)
    return true
  }

  private var threadCount: Int { threads ?? availableCores }

  private func data(of folder: TrainingFolder, dataDirectory: String?) throws -> FullTrainingData {
    let configuration = folder.configuration
    var source = configuration.dataset
    if let dataDirectory { try source.move(to: dataDirectory) }
    let images = try source.load(of: folder.path)
    try folder.check(datasetFingerprint: images.fingerprint)
    let input = configuration.network.input
    return try images.fullTrainingData(
      side: input.height, channels: input.channels,
      validationShare: configuration.settings.training.validationShare,
      random: RandomStream(seed: configuration.seed))
  }

  /// - Parameters:
  ///   - movedTo: where the images are, if not where the folder says.
  ///   - open: makes or opens the folder. From here on Ctrl-C is handled, so that a folder that
  ///     exists is one that can be resumed.
  private func run(
    _ training: FullTraining, movedTo: String? = nil, open: () throws -> TrainingFolderRecorder
  ) throws {
    let stop = StopRequest()
    let signals = try InterruptSignals(announcing: stop)
    defer { signals.stopWatching() }
    let recorder = try open()
    let folder = recorder.folder.path
    let resumption =
      "mixnas train --resume \(folder.shellWord)"
      + (movedTo.map { " --data-directory \($0.shellWord)" } ?? "")
    let isBuiltIn = !recorder.folder.configuration.dataset.kind.readsFiles
    say(headline(training, folder: folder, isBuiltIn: isBuiltIn))
    let display = Terminal.progress(isQuiet: quiet)
    var shown = ContinuousClock.now
    let record: TrainingResult
    do {
      defer { display.finish() }
      let result = try training.run(
        recorder: recorder, saveInterval: .seconds(checkpointMinutes * 60),
        isCancelled: { stop.isRequested }
      ) { status in
        if let line = TrainingLines.epoch(status) {
          display.line(line)
        } else if ContinuousClock.now - shown > .milliseconds(100) {
          shown = .now
          display.live(TrainingLines.step(status))
        }
      }
      record = TrainingResult(result, of: training.graph)
      try recorder.finish(record)
    } catch TrainingInterruption.cancelled {
      Terminal.writeError("stopped; go on: \(resumption)\n")
      throw ExitCode(InterruptSignals.exitCode(of: signals.received ?? SIGINT))
    } catch TrainingInterruption.diverged(let epoch) {
      throw TrainingFolderError.diverged(folder: folder, epoch: epoch)
    } catch let error as FolderLockError {
      // Something else comes first.
      throw error
    } catch {
      Terminal.writeError(
        "stopped; the last checkpoint is kept. When the cause is removed, go on: \(resumption)\n")
      throw error
    }
    try show(record, folder: folder)
  }

  private func headline(
    _ training: FullTraining, folder: String, isBuiltIn: Bool
  ) -> String {
    let data = training.data
    let side = training.graph.input.height
    let heldBack = data.validation.map { ", \(Numbers.grouped($0.count)) held back" } ?? ""
    let epochs = training.settings.training.epochs
    let steps = training.checkpoint.state.step
    let done = steps == 0 ? "" : ", going on after step \(Numbers.grouped(steps))"
    return
      "\(folder): training \(training.graph.name), "
      + "\(Numbers.short(Double(training.graph.multiplyAdds))) multiply-adds, on "
      + "\(Numbers.grouped(data.training.count)) \(isBuiltIn ? "built-in " : "")images of "
      + "\(side)×\(side)\(heldBack); "
      + "\(epochs) epoch\(epochs == 1 ? "" : "s")\(done)"
  }

  private func warnAboutOtherKernels(_ host: HostFingerprint) {
    let own = KernelSet.current.instructionSet.rawValue
    if own != host.instructionSet {
      say(
        "warning: the training began with \(host.instructionSet) kernels and goes on with "
          + "\(own): its weights differ from those of an uninterrupted one")
    }
  }

  private func say(_ line: String) {
    if !quiet { Terminal.writeError(line + "\n") }
  }

  /// What `--json` prints.
  private struct Document: Encodable {
    let folder: String
    let result: TrainingResult

    func encode(to encoder: any Encoder) throws {
      try result.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(folder, forKey: .folder)
    }

    private enum CodingKeys: String, CodingKey { case folder }
  }

  private func show(_ result: TrainingResult, folder: String) throws {
    if json {
      try Terminal.writeJSON(Document(folder: folder, result: result))
      return
    }
    let validation = result.validationAccuracy.map { ", validation \(Numbers.accuracy($0))" } ?? ""
    try Terminal.write(
      """
      test accuracy \(Numbers.accuracy(result.testAccuracy)), loss \
      \(Numbers.fixed(result.testLoss, 4)), after \(Numbers.duration(result.seconds))
      epoch \(result.bestEpoch) of \(result.epochs)\(validation)
      weights: \(folder)/\(TrainingFiles.best)
      export:  mixnas export \(folder.shellWord) --format onnx --output winner.onnx

      """)
  }
}
