import Architectures
import Datasets
import Engine
import Kernels
import Randomness
import SearchSpaces

/// One network in training, step by step: the core of brief and full trainings.
///
/// All bits of the result follow from graph, images, settings, initial weights, random stream and
/// instruction set, whatever the number of threads. Nothing random depends on what was drawn
/// before, so a training goes on from any step with the same bits.
final class Trainer {
  let graph: NetworkGraph
  let stepsPerEpoch: Int
  private let images: ImageSubset
  private let batcher: ImageBatcher
  private let mixer: ImageMixer
  private let network: TrainingNetwork
  private var optimizer: OptimizerState
  private var average: WeightAverage?
  private let schedule: LearningRateSchedule
  private let random: RandomStream

  /// Everything random draws from substreams of `random`.
  ///
  /// - Parameters:
  ///   - weights: where training starts; nil for fresh ones.
  ///   - pool: threads that share every step; nil for the calling thread alone.
  /// - Precondition: the graph reads images of the data's size and has its classes.
  /// - Throws: `MemoryShortage`.
  init(
    graph: NetworkGraph, images: ImageSubset, normalization: Normalization,
    settings: FullTrainingSettings, weights: NetworkWeights? = nil, random: RandomStream,
    kernels: KernelSet, pool: WorkerPool? = nil
  ) throws(MemoryShortage) {
    let dataset = images.dataset
    precondition(
      graph.input.elementCount == dataset.valuesPerImage
        && graph.output.elementCount == dataset.classCount, "the data are for another network")
    let training = settings.training
    let batchSize = min(training.batchSize, images.count)
    self.graph = graph
    self.images = images
    self.random = random
    stepsPerEpoch = (images.count + batchSize - 1) / batchSize
    schedule = training.schedule(stepsPerEpoch: stepsPerEpoch)
    batcher = ImageBatcher(
      dataset, normalization: normalization, augmentation: training.augmentationOptions,
      random: random)
    mixer = ImageMixer(
      settings.mixing, height: dataset.height, width: dataset.width, channels: dataset.channels,
      random: random)
    network = try TrainingNetwork(
      graph: graph,
      weights: weights ?? NetworkWeights(graph: graph, random: random.substream("weights")),
      batchSize: batchSize, kernels: kernels, pool: pool,
      options: TrainingOptions(
        labelSmoothing: training.labelSmoothing, overparameterizesDepthwise: training.doConv,
        random: random))
    optimizer = OptimizerState(
      training.optimizerRule, weightDecay: training.weightDecay, for: network)
    if settings.averageDecay > 0 {
      average = WeightAverage(decay: settings.averageDecay, of: network)
    }
  }

  /// What would be deployed: the average where there is one.
  var weights: NetworkWeights {
    average.map { NetworkWeights(graph: graph, values: $0.values) } ?? network.weights
  }

  var areFinite: Bool { network.checkpoint.allSatisfy(\.isFinite) }

  /// Steps taken so far.
  var steps: Int { optimizer.step }

  /// Of the last step.
  var learningRate: Double { schedule.rate(at: max(0, optimizer.step - 1)) }

  /// All that steps change.
  var state: TrainerState {
    get {
      TrainerState(
        parameters: network.checkpoint, step: optimizer.step, slots: optimizer.slots,
        average: average?.values)
    }
    set {
      precondition(newValue.fits(self.state), "the state is another training's")
      network.checkpoint = newValue.parameters
      optimizer = OptimizerState(
        optimizer.optimizer, weightDecay: optimizer.weightDecay, step: newValue.step,
        slots: newValue.slots)
      if let average, let values = newValue.average {
        self.average = WeightAverage(decay: average.decay, values: values)
      }
    }
  }

  /// The order in which an epoch, from 0, visits the images.
  func order(epoch: Int) -> [Int] { images.order(epoch: epoch, random: random) }

  /// Trains on one batch. The batches of an epoch differ by one image at most, so that none is
  /// left with too few for its batch norm.
  ///
  /// - Parameters:
  ///   - step: of the epoch, from 0.
  ///   - order: of the epoch.
  func step(
    _ step: Int, epoch: Int, order: [Int]
  ) throws(TrainingInterruption) -> BatchResult {
    let batch = order[
      order.count * step / stepsPerEpoch..<order.count * (step + 1) / stepsPerEpoch]
    batcher.write(batch, epoch: epoch, into: network.input)
    batcher.writeLabels(batch, into: network.labels)
    let partnerShare = mixer.mix(network.input, images: batch.count, epoch: epoch, step: step)
    if partnerShare > 0 {
      for position in 0..<batch.count {
        let partner = ImageMixer.partner(of: position, images: batch.count)
        network.partnerLabels[position] = network.labels[partner]
      }
    }
    do throws(TrainingError) {
      let result = try network.step(
        images: batch.count, partnerShare: partnerShare,
        rate: schedule.rate(at: epoch * stepsPerEpoch + step), &optimizer)
      average?.update(from: network, step: optimizer.step)
      return result
    } catch {
      throw .diverged(epoch: epoch)
    }
  }

  /// Trains on every image once.
  ///
  /// - Parameters:
  ///   - epoch: from 0.
  ///   - boundary: called before every step.
  /// - Returns: the sums over the epoch, as the weights were at each step.
  func trainEpoch(
    _ epoch: Int, boundary: () throws(TrainingInterruption) -> Void
  ) throws(TrainingInterruption) -> BatchResult {
    let order = order(epoch: epoch)
    var total = BatchResult()
    for step in 0..<stepsPerEpoch {
      try boundary()
      total += try self.step(step, epoch: epoch, order: order)
    }
    guard areFinite else { throw .diverged(epoch: epoch) }
    return total
  }
}

/// All that the steps of a training change.
package struct TrainerState: Sendable, Equatable {
  /// Weights with running statistics, then the parts of over-parameterised kernels.
  package var parameters: [Float]
  /// Steps taken so far.
  package var step: Int
  /// The optimiser's memories, each as long as `parameters`.
  package var slots: [[Float]]
  /// In the order of `NetworkWeights`; nil without averaging.
  package var average: [Float]?

  package init(parameters: [Float], step: Int, slots: [[Float]], average: [Float]?) {
    self.parameters = parameters
    self.step = step
    self.slots = slots
    self.average = average
  }

  /// Whether all sizes are those of another state.
  func fits(_ other: TrainerState) -> Bool {
    parameters.count == other.parameters.count && slots.map(\.count) == other.slots.map(\.count)
      && average?.count == other.average?.count
  }
}
