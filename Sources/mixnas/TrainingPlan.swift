import Architectures
import Datasets
import Engine
import Evaluation
import Foundation
import Randomness
import RunStore
import SearchSpaces
import TrainingStore
import WeightFiles

/// What a training command line asks for, worked out before anything is written.
struct TrainingPlan {
  let configuration: TrainingConfiguration
  let graph: NetworkGraph
  let data: FullTrainingData
  /// Nil for fresh ones.
  let weights: NetworkWeights?
  /// What the user should know of the start.
  private(set) var notes: [String] = []
  let folder: String

  init(
    subject: String, selection: CandidateSelection?, output: String?,
    datasetOptions: DatasetOptions, resolution: Int?, choices: TrainingChoices
  ) throws {
    let origin = try Origin(subject)
    let source = try datasetOptions.source(of: origin.source)
    var network = try NamedNetwork(subject, selection: selection)
    let original = network
    let images = try source.load()
    if datasetOptions.dataset == nil { try origin.check(images.fingerprint) }
    let settings = choices.settings(over: origin.settings)
    // The seed of an earlier training holds the same images back again.
    let seed = choices.seed ?? origin.training?.seed ?? 0
    if !origin.isFile {
      network.input = TensorShape(
        height: images.training.height, width: images.training.height,
        channels: images.training.channels)
    }
    if let resolution {
      network.input.height = resolution
      network.input.width = resolution
    }
    let side = network.input.height
    guard network.input.width == side else {
      throw CommandProblem.usage(
        "\(network.name) is made for images of \(network.input.width)×\(side), and training takes "
          + "square ones; --resolution N trains it at N×N")
    }
    try settings.training.check(side: side)
    network.classes = images.training.classCount

    var normalization = network.architecture.normalization
    normalization.momentum = settings.training.batchNormMomentum
    graph = try network.graph(normalization: normalization)
    data = try images.fullTrainingData(
      side: side, channels: network.input.channels,
      validationShare: settings.training.validationShare, random: RandomStream(seed: seed))
    if let note = images.training.resizingNote(side: side) { notes.append(note) }
    var start: TrainingConfiguration.Start?
    if let file = original.weights {
      let (weights, digest) = try Self.weights(of: original, file: file.path, to: graph, seed: seed)
      self.weights = weights
      start = .init(source: subject, digest: digest)
      notes.append("begins with the weights of \(file.path)")
      if original.classes != network.classes {
        notes.append(
          "its classifier begins afresh: \(network.classes) classes instead of "
            + "\(original.classes)")
      }
      let trainedOn =
        try origin.training?.datasetFingerprint ?? WeightFile(path: file.path).metadata.data
      if settings.training.validationShare > 0, trainedOn == images.fingerprint,
        !(origin.training?.holdsBack(settings.training.validationShare, seed: seed) ?? false)
      {
        notes.append(
          "these weights may have been trained on images that are now held back: their validation "
            + "accuracy is too good; the seed and share of the earlier training hold back the same "
            + "images")
      }
    } else {
      weights = nil
    }
    configuration = TrainingConfiguration(
      version: mixnasVersion, network: network.stored, settings: settings, seed: seed,
      dataset: source, classNames: images.training.classNames,
      datasetFingerprint: images.fingerprint, host: .thisMachine, start: start)
    folder = output ?? SearchCommand.freshFolder(for: network.name + "-training")
  }

  /// Weights from a file, as the start of a network that may have another number of classes.
  private static func weights(
    of network: NamedNetwork, file: String, to graph: NetworkGraph, seed: UInt64
  ) throws -> (weights: NetworkWeights, digest: String) {
    let source = try network.graph()
    let weights = try WeightFile(path: file).weights(
      of: source, ignoring: WeightFile.trainingPrefixes)
    let fresh = NetworkWeights(
      graph: graph, random: RandomStream(seed: seed).substream("weights"))
    guard let transferred = weights.transferred(from: source, to: graph, fresh: fresh) else {
      throw TrainingFolderError.otherWeights(file: file)
    }
    return (transferred, weights.digest)
  }
}

/// Where the network comes from, and what comes with it.
private struct Origin {
  private var run: RunFolder?
  var source: DatasetSource?
  /// What an earlier training was fixed to; nil where the network comes from none.
  var training: TrainingConfiguration?
  var settings = FullTrainingSettings(TrainingSettings())
  /// The network says which images it reads.
  var isFile: Bool

  init(_ subject: String) throws {
    if RunReader.isRun(path: subject) {
      let reader = try RunReader(path: subject)
      run = reader.folder
      source = reader.datasetSource()
      settings = FullTrainingSettings(reader.space.training)
      isFile = true
    } else if TrainingFolder.isTraining(path: subject) {
      let configuration = try TrainingFolder.open(subject).configuration
      training = configuration
      source = configuration.dataset
      settings = configuration.settings
      isFile = true
    } else {
      isFile = FileManager.default.fileExists(atPath: subject)
    }
  }

  /// Whether the images are still those of the run or training.
  func check(_ fingerprint: String) throws {
    try run?.check(datasetFingerprint: fingerprint)
    if let training, training.datasetFingerprint != fingerprint {
      throw CommandProblem.usage(
        "the images are not those of the earlier training; if others are meant, name them with "
          + "--dataset and --data-directory")
    }
  }
}

extension TrainingConfiguration {
  /// Whether it held the same share of the same images back.
  fileprivate func holdsBack(_ share: Double, seed: UInt64) -> Bool {
    settings.training.validationShare == share && self.seed == seed
  }
}

extension TrainingSettings {
  /// What a space file is held to, for settings that options have changed.
  ///
  /// - Throws: `CommandProblem.usage`.
  fileprivate func check(side: Int) throws {
    if warmupEpochs > Double(epochs) {
      throw CommandProblem.usage(
        "--warmup-epochs: \(warmupEpochs) of \(epochs) epochs; the learning rate would never fall")
    }
    for (option, value) in [
      ("--crop-padding", augmentation.cropPadding), ("--cutout", augmentation.cutout),
    ] where value > side {
      throw CommandProblem.usage("\(option): \(value) is more than the images' side of \(side)")
    }
  }
}

extension ImageDataset {
  /// What a user should know of the images that a network trains on.
  func resizingNote(side: Int) -> String? {
    if width == side && height == side { return nil }
    return "images of \(width)×\(height) are resized to \(side)×\(side)"
  }
}
