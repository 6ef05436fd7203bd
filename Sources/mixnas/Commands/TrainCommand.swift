import Architectures
import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Reports
import Search
import SearchSpaces

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network on all training images and score it once on the test images.",
    discussion: """
      A run folder brings its images and training settings; the options below change them. No
      image is held back for validation, so the test accuracy is an honest figure only as long as
      nothing is chosen by it.
      """)

  @Argument(
    help: ArgumentHelp(
      "A run folder, a genome file (.json), a network's name, or a genome in block notation.",
      valueName: "network"),
    completion: .file())
  var subject: String

  @Option(help: "Which candidate of a run folder: best or its number.")
  var select: CandidateSelection = .best

  @OptionGroup var datasetOptions: DatasetOptions

  @Option(help: "Passes over the training images.")
  var epochs = 10

  @Option(help: "Seed of weights, order of images and augmentation.")
  var seed: UInt64 = 0

  @Option(help: "Images per step, instead of the run's or 64.")
  var batchSize: Int?

  @Option(help: "Peak learning rate, instead of the run's or the default.")
  var learningRate: Double?

  @Option(help: "Side of the images, instead of the network's own or, without a run, the data's.")
  var resolution: Int?

  @Option(help: "Threads that share every step, instead of one per core. The result is the same.")
  var threads: Int?

  @Flag(help: "Print no progress.")
  var quiet = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(epochs) else {
      throw ValidationError("--epochs must be from 1 to 100000, not \(epochs).")
    }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be from 1 to 256, not \(threads).")
    }
    if let batchSize, !(1...65_536).contains(batchSize) {
      throw ValidationError("--batch-size must be from 1 to 65536, not \(batchSize).")
    }
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate must be a number above 0, not \(learningRate).")
    }
  }

  func run() throws {
    let reader = RunReader.isRun(path: subject) ? try RunReader(path: subject) : nil
    let source = try datasetOptions.source(of: reader?.datasetSource())
    var network = try NamedNetwork(subject, selection: select)
    let data = try source.load()

    var settings = reader?.space.training ?? TrainingSettings()
    settings.epochs = epochs
    settings.batchSize = batchSize ?? settings.batchSize
    settings.learningRate = learningRate ?? settings.learningRate
    if reader == nil, !subject.hasSuffix(".json") {
      network.input = TensorShape(
        height: data.training.height, width: data.training.height,
        channels: data.training.channels)
    }
    let side = resolution ?? network.input.height
    network.input.height = side
    network.input.width = side
    network.classes = data.training.classCount
    let graph = try network.genome.graph(
      name: network.name, input: network.input, classes: network.classes,
      normalization: settings.normalization)
    let training = try FullTraining(
      data: try data.fullData(side: side, channels: network.input.channels), settings: settings,
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)

    let stop = StopRequest()
    let signals = InterruptSignals(stop: stop)
    defer { signals.stopWatching() }
    if !quiet {
      Terminal.writeError(
        "training \(network.name): \(Numbers.short(Double(graph.multiplyAdds))) multiply-adds, "
          + "\(Numbers.grouped(data.training.count)) images of \(side)×\(side), "
          + "\(epochs) epochs\n")
    }
    do {
      let result = try training.run(
        graph, seed: seed, isCancelled: { stop.isRequested },
        report: { if !quiet { Self.show($0) } })
      try show(result, graph: graph)
    } catch TrainingInterruption.cancelled {
      Terminal.writeError("stopped; nothing was kept\n")
      throw ExitCode(InterruptSignals.exitCode(of: signals.received ?? SIGINT))
    }
  }

  private static func show(_ epoch: FullTraining.Epoch) {
    Terminal.writeError(
      "epoch \(epoch.index + 1)/\(epoch.epochs)  loss \(Numbers.fixed(epoch.loss, 4))  "
        + "accuracy \(Numbers.accuracy(epoch.accuracy))  "
        + "\(Numbers.grouped(Int(epoch.imagesPerSecond))) images/s\n")
  }

  private struct Document: Encodable {
    let network: String
    let epochs: Int
    let testAccuracy: Double
    let testLoss: Double
    let seconds: Double
    let multiplyAdds: Int
    let parameters: Int
  }

  private func show(_ result: FullTraining.Result, graph: NetworkGraph) throws {
    if json {
      try Terminal.writeJSON(
        Document(
          network: graph.name, epochs: epochs, testAccuracy: result.testAccuracy,
          testLoss: result.testLoss, seconds: result.seconds, multiplyAdds: graph.multiplyAdds,
          parameters: graph.parameterCount))
    } else {
      Terminal.write(
        "test accuracy \(Numbers.accuracy(result.testAccuracy)), loss "
          + "\(Numbers.fixed(result.testLoss, 4)), after \(Numbers.duration(result.seconds))\n")
    }
  }
}
