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
struct TrainingStart {
  let configuration: TrainingConfiguration
  let graph: NetworkGraph
  let data: FullTrainingData
  let normalization: NetworkMetadata.Normalization
  /// Nil for fresh ones.
  let weights: NetworkWeights?
  /// What the user should know of the start.
  private(set) var notes: [String] = []
  /// What makes the result less than it seems.
  private(set) var warning: String?

  init(
    subject: String, selection: CandidateSelection?, datasetOptions: DatasetOptions,
    resolution: Int?, choices: TrainingChoices
  ) throws {
    let origin = try Origin(subject)
    let source = try datasetOptions.source(of: origin.source)
    var network = try NamedNetwork(subject, selection: selection)
    let original = network
    let images =
      try datasetOptions.dataset == nil ? origin.load(source, of: subject) : source.load()
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

    let built = try network.trainingGraph(settings.training)
    graph = built.graph
    data = try images.fullTrainingData(
      side: side, channels: network.input.channels,
      validationShare: settings.training.validationShare, random: RandomStream(seed: seed))
    normalization = .init(data.normalization, batch: built.normalization)
    notes += images.notes(side: side)
    notes += data.training.notes(batchSize: settings.training.batchSize)
    var classNames = images.training.classNames
    var start: TrainingConfiguration.Start?
    if let file = original.weights {
      let given = try GivenWeights(of: original, file: file.path, to: graph, seed: seed)
      if datasetOptions.dataset == nil, origin.source == nil, given.isOfOther(images) {
        throw CommandProblem.usage(
          "\(file.path) was trained on other images than the built-in ones; name them with --dataset and "
            + "--data-directory, or give --dataset generated")
      }
      notes.append("begins with the weights of \(file.path)")
      if let note = origin.unfinishedNote { notes.append(note) }
      if original.classes != network.classes {
        notes.append(
          "its classifier begins afresh: \(network.classes) classes instead of "
            + "\(original.classes)")
      } else if let classes = given.classes(beside: images.training) {
        classNames = classes.names
        notes.append(classes.note)
      }
      let hasSeenHeldBack = given.mayHaveSeen(
        heldBack: settings.training.validationShare, of: images.fingerprint, seed: seed,
        origin.weights)
      if hasSeenHeldBack { warning = given.warning(origin.weights) }
      weights = given.weights
      start = .init(source: subject, digest: given.digest, hasSeenHeldBack: hasSeenHeldBack)
    } else {
      weights = nil
    }
    configuration = TrainingConfiguration(
      version: mixnasVersion, network: network.stored, settings: settings, seed: seed,
      dataset: source, classNames: classNames,
      datasetFingerprint: images.fingerprint, host: .thisMachine, start: start)
  }
}

/// Weights from a file, as the start of a network that may have another number of classes.
private struct GivenWeights {
  let weights: NetworkWeights
  let digest: String
  let metadata: NetworkMetadata

  init(of network: NamedNetwork, file: String, to graph: NetworkGraph, seed: UInt64) throws {
    let source = try network.graph()
    let read = try WeightFile(path: file)
    let stored = try read.weights(of: source)
    let fresh = NetworkWeights(
      graph: graph, random: RandomStream(seed: seed).substream("weights"))
    guard let transferred = stored.transferred(from: source, to: graph, fresh: fresh) else {
      throw TrainingFolderError.otherWeights(file: file)
    }
    weights = transferred
    digest = stored.digest
    metadata = read.metadata
  }

  /// Whether they are known not to come from these images.
  func isOfOther(_ images: DatasetPair) -> Bool {
    metadata.data.map { $0 != images.fingerprint }
      ?? metadata.classNames.map { $0 != images.training.classNames } ?? false
  }

  /// What as many classes of new images are called, and what to say of that; nil where nothing
  /// differs. A classifier knows classes by their numbers alone.
  func classes(beside images: ImageDataset) -> (names: [String], note: String)? {
    let new = images.classNames
    guard let old = metadata.classNames,
      let (label, (before, now)) = zip(old, new).enumerated().first(where: { $1.0 != $1.1 })
    else { return nil }
    if images.hasNamedClasses {
      return (
        new,
        "warning: label \(label) was \(before) and is now \(now); the classifier goes on with what it "
          + "knows of each number"
      )
    }
    return (
      old,
      "the classes keep their names: \(old.prefix(3).joined(separator: ", "))"
        + (old.count > 3 ? " …" : "")
    )
  }

  /// Whether images that are held back may have trained them.
  ///
  /// - Parameter earlier: the training that they come from, where that is known.
  func mayHaveSeen(
    heldBack share: Double, of fingerprint: String, seed: UInt64, _ earlier: TrainingConfiguration?
  ) -> Bool {
    guard share > 0 else { return false }
    return earlier?.hasTrained(onHeldBack: share, of: fingerprint, seed: seed)
      ?? metadata.data.map { $0 == fingerprint } ?? true
  }

  /// What to say where they may have.
  func warning(_ earlier: TrainingConfiguration?) -> String {
    if earlier == nil && metadata.data == nil {
      return
        "warning: the weights that it begins with don't say which images they were trained on; "
        + "if images that are held back are among them, validation accuracy is too good"
    }
    let warning =
      "warning: the weights that it begins with may have been trained on images that are held back, "
      + "so that validation accuracy is too good"
    guard let earlier, earlier.settings.training.validationShare > 0,
      earlier.start?.hasSeenHeldBack != true
    else { return warning }
    return warning + "; --seed \(earlier.seed) --validation "
      + "\(earlier.settings.training.validationShare) hold back those that it has not seen"
  }
}

/// Where the network comes from, and what comes with it.
private struct Origin {
  var source: DatasetSource?
  /// What an earlier training was fixed to, where its folder is named.
  var training: TrainingConfiguration?
  /// The training that the weights come from, where that is known.
  var weights: TrainingConfiguration?
  var settings = FullTrainingSettings(TrainingSettings())
  /// The network says which images it reads.
  var isFile: Bool
  /// Of the training, where its folder is named.
  var unfinishedNote: String?
  /// Of the images of the run or training.
  private var fingerprint: String?

  init(_ subject: String) throws {
    if RunReader.isRun(path: subject) {
      let reader = try RunReader(path: subject)
      source = reader.dataset.source
      settings = FullTrainingSettings(reader.space.training)
      fingerprint = reader.folder.configuration.datasetFingerprint
      isFile = true
    } else if TrainingFolder.isTraining(path: subject) {
      let folder = try TrainingFolder.open(subject)
      let configuration = folder.configuration
      unfinishedNote = folder.unfinishedNote
      training = configuration
      weights = configuration
      source = configuration.dataset
      settings = configuration.settings
      fingerprint = configuration.datasetFingerprint
      isFile = true
    } else {
      isFile = FileManager.default.fileExists(atPath: subject)
      let folder = URL(fileURLWithPath: subject).deletingLastPathComponent().path
      if isFile, TrainingFolder.isTraining(path: folder) {
        weights = try TrainingFolder.open(folder).configuration
      }
    }
  }

  /// The images, which must still be those of the run or training.
  func load(_ source: DatasetSource, of subject: String) throws -> DatasetPair {
    guard let fingerprint else { return try source.load() }
    let images = try source.load(of: subject)
    guard images.fingerprint == fingerprint else {
      throw CommandProblem.otherImages(of: subject)
    }
    return images
  }
}

extension TrainingConfiguration {
  /// Whether its weights may have been trained on images that another training holds back.
  fileprivate func hasTrained(
    onHeldBack share: Double, of fingerprint: String, seed: UInt64
  ) -> Bool {
    guard datasetFingerprint == fingerprint else { return false }
    let isSame = settings.training.validationShare == share && self.seed == seed
    return !isSame || start?.hasSeenHeldBack == true
  }
}

extension TrainingSettings {
  /// What a space file is held to, for settings that options have changed.
  ///
  /// - Throws: `CommandProblem.usage`.
  fileprivate func check(side: Int) throws {
    if warmupEpochs >= Double(epochs) {
      throw CommandProblem.usage(
        "\(warmupEpochs) warm-up epochs of a training of \(epochs) leave none in which the learning "
          + "rate falls; give fewer --warmup-epochs")
    }
    for (option, value) in [
      ("--crop-padding", augmentation.cropPadding), ("--cutout", augmentation.cutout),
    ] where value > side {
      throw CommandProblem.usage(
        "\(value) pixels are more than the images' side of \(side); give a smaller \(option)")
    }
  }
}
