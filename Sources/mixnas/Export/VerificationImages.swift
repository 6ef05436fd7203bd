import Architectures
import Datasets
import Engine
import Evaluation
import Export
import Kernels
import Randomness
import SearchSpaces
import TrainingStore
import WeightFiles

/// Images on which two runtimes are compared, as the network reads them.
struct VerificationImages {
  /// Normalised, `[count, height, width, channels]`.
  var values: [Float]
  /// Nil where the network's answers are no classes of these images.
  var labels: [Int]?
  /// What they are, in words.
  var summary: String
  var count: Int
}

extension VerificationImages {
  /// The first images of a subset of the network's size.
  private init(
    _ subset: ImageSubset, _ usual: Normalization, for network: ExportedNetwork, count: Int,
    hasLabels: Bool, summary: String
  ) throws {
    let own = network.metadata.normalization
    var normalization = usual
    if let mean = own.mean, let deviation = own.deviation {
      normalization = Normalization(mean: mean, deviation: deviation)
    }
    let indices = Self.spread(subset.indices, count)
    try Self.checkMemory(indices.count, subset.dataset.valuesPerImage)
    var values = [Float](repeating: 0, count: indices.count * subset.dataset.valuesPerImage)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      ImageBatcher(subset.dataset, normalization: normalization)
        .write(indices, epoch: nil, into: start)
    }
    self.init(
      values: values,
      labels: hasLabels ? indices.map { Int(subset.dataset.labels[$0]) } : nil,
      summary: summary, count: indices.count)
  }

  /// Throws where the values of so many images don't fit in memory, as arrays are made of them on
  /// their way to another runtime: as they are, repeated, by planes, and as bytes.
  static func checkMemory(_ count: Int, _ valuesPerImage: Int) throws(MemoryShortage) {
    let (values, overflows) = count.multipliedReportingOverflow(by: 4 * valuesPerImage)
    try FloatMemory.check(count: overflows ? .max : values)
  }

  /// As many as asked for, evenly over all: files are often sorted by class.
  private static func spread(_ indices: [Int], _ count: Int) -> [Int] {
    let count = min(count, indices.count)
    return (0..<count).map { indices[$0 * indices.count / count] }
  }

  /// The held-back images of a run.
  static func ofRun(
    _ reader: RunReader, source: DatasetSource, for network: ExportedNetwork, count: Int
  ) throws -> VerificationImages {
    let data = try source.load()
    try reader.folder.check(datasetFingerprint: data.fingerprint)
    let input = network.graph.input
    let split = try data.proxyData(
      side: input.height, channels: input.channels, settings: reader.space.training,
      seed: reader.folder.configuration.seed)
    return try VerificationImages(
      split.scoring, split.normalization, for: network, count: count, hasLabels: true,
      summary: "validation images of the run")
  }

  /// The held-back images of a full training, or where it held none back those that it trained
  /// on.
  static func ofTraining(
    _ folder: TrainingFolder, source: DatasetSource, for network: ExportedNetwork, count: Int
  ) throws -> VerificationImages {
    let data = try source.load()
    try folder.check(datasetFingerprint: data.fingerprint)
    let input = network.graph.input
    let split = try data.fullTrainingData(
      side: input.height, channels: input.channels,
      validationShare: folder.configuration.settings.training.validationShare,
      random: RandomStream(seed: folder.configuration.seed))
    return try VerificationImages(
      split.validation ?? split.training, split.normalization, for: network, count: count,
      hasLabels: true,
      summary: split.validation == nil
        ? "images that the network was trained on" : "validation images of the training")
  }

  /// Images out of the training files: the test images are scored by `train` alone.
  static func ofDataset(
    _ source: DatasetSource, for network: ExportedNetwork, count: Int
  ) throws -> VerificationImages {
    let data = try source.load()
    let input = network.graph.input
    let split = try data.proxyData(
      side: input.height, channels: input.channels, settings: TrainingSettings(), seed: 0)
    let classes = data.training.classNames
    let hasAsMany = classes.count == network.graph.output.channels
    let hasLabels =
      data.training.hasNamedClasses
      ? network.metadata.classNames.map { $0 == classes } ?? hasAsMany : hasAsMany
    // Weights that don't say what trained them may have seen these images as well.
    let isOwn = network.metadata.data.map { $0 == data.fingerprint } ?? true
    return try VerificationImages(
      split.scoring, split.normalization, for: network, count: count, hasLabels: hasLabels,
      summary: "images of \(source.kind.rawValue)"
        + (isOwn ? ", of which the network may have been trained on some" : ""))
  }

  /// Built-in images where the network reads colour, else random ones. Their classes are not
  /// the network's.
  static func builtIn(for network: ExportedNetwork, count: Int) throws -> VerificationImages {
    let input = network.graph.input
    guard input.channels == 3, input.height == input.width else {
      try checkMemory(count, input.elementCount)
      var stream = RandomStream(seed: 0).substream("verification")
      return VerificationImages(
        values: (0..<count * input.elementCount).map { _ in stream.normal() }, labels: nil,
        summary: "random images", count: count)
    }
    let settings = GeneratedSettings(trainingImages: count, testImages: 1)
    let images = try DatasetSource(kind: .generated, generated: settings).load().training
    let subset = ImageSubset(try images.resized(to: input.height))
    return try VerificationImages(
      subset, Normalization(of: subset), for: network, count: count, hasLabels: false,
      summary: "built-in images")
  }
}
