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
    let settings = choices.settings(over: origin.settings)
    // The seed of an earlier training holds the same images back again.
    let seed = choices.seed ?? origin.training?.seed ?? 0
    if !origin.isFile {
      network.input = TensorShape(
        height: images.training.height, width: images.training.height,
        channels: images.training.channels)
    }
    network.input.height = resolution ?? network.input.height
    network.input.width = network.input.height
    network.classes = images.training.classCount

    var normalization = network.architecture.normalization
    normalization.momentum = settings.training.batchNormMomentum
    graph = try network.graph(normalization: normalization)
    data = try images.fullTrainingData(
      side: network.input.height, channels: network.input.channels,
      validationShare: settings.training.validationShare, random: RandomStream(seed: seed))
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
  var source: DatasetSource?
  /// What an earlier training was fixed to; nil where the network comes from none.
  var training: TrainingConfiguration?
  var settings = FullTrainingSettings(TrainingSettings())
  /// The network says which images it reads.
  var isFile: Bool

  init(_ subject: String) throws {
    if RunReader.isRun(path: subject) {
      let reader = try RunReader(path: subject)
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
}

extension TrainingConfiguration {
  /// Whether it held the same share of the same images back.
  fileprivate func holdsBack(_ share: Double, seed: UInt64) -> Bool {
    settings.training.validationShare == share && self.seed == seed
  }
}
