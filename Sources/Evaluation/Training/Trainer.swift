import Architectures
import Datasets
import Engine
import Kernels
import Randomness
import SearchSpaces

/// One network in training, epoch by epoch: the core of brief and full trainings.
///
/// All bits of the result follow from graph, images, settings, random stream and instruction
/// set, whatever the number of threads.
final class Trainer {
  let graph: NetworkGraph
  let stepsPerEpoch: Int
  private let data: TrainingData
  private let batcher: ImageBatcher
  private let network: TrainingNetwork
  private var optimizer: OptimizerState
  private let schedule: LearningRateSchedule
  private let random: RandomStream
  private let kernels: KernelSet

  /// Fresh weights; everything random draws from substreams of `random`.
  ///
  /// - Parameter pool: threads that share every step; nil for the calling thread alone.
  /// - Precondition: the graph reads images of the data's size and has its classes.
  init(
    graph: NetworkGraph, data: TrainingData, settings: TrainingSettings, random: RandomStream,
    kernels: KernelSet, pool: WorkerPool? = nil
  ) {
    precondition(
      graph.input.elementCount == data.training.dataset.valuesPerImage
        && graph.output.elementCount == data.classes, "the data are for another network")
    let batchSize = min(settings.batchSize, data.training.count)
    self.graph = graph
    self.data = data
    self.random = random
    self.kernels = kernels
    stepsPerEpoch = (data.training.count + batchSize - 1) / batchSize
    schedule = settings.schedule(stepsPerEpoch: stepsPerEpoch)
    batcher = ImageBatcher(
      data.training.dataset, normalization: data.normalization,
      augmentation: settings.augmentationOptions, random: random)
    network = TrainingNetwork(
      graph: graph, weights: NetworkWeights(graph: graph, random: random.substream("weights")),
      batchSize: batchSize, kernels: kernels, pool: pool,
      options: TrainingOptions(
        labelSmoothing: settings.labelSmoothing, overparameterizesDepthwise: settings.doConv,
        random: random))
    optimizer = OptimizerState(
      settings.optimizerRule, weightDecay: settings.weightDecay, for: network)
  }

  var weights: NetworkWeights { network.weights }

  /// Trains on every image once, in batches that differ by one image at most, so that none is
  /// left with too few for its batch norm.
  ///
  /// - Parameters:
  ///   - epoch: from 0.
  ///   - boundary: called before every step.
  /// - Returns: the sums over the epoch, as the weights were at each step.
  func trainEpoch(
    _ epoch: Int, boundary: () throws(TrainingInterruption) -> Void
  ) throws(TrainingInterruption) -> BatchResult {
    guard let input = network.inputBuffer.baseAddress,
      let labels = network.labelBuffer.baseAddress
    else { return BatchResult() }
    let order = data.training.order(epoch: epoch, random: random)
    var total = BatchResult()
    for step in 0..<stepsPerEpoch {
      try boundary()
      let batch = order[
        order.count * step / stepsPerEpoch..<order.count * (step + 1) / stepsPerEpoch]
      batcher.write(batch, epoch: epoch, into: input)
      batcher.writeLabels(batch, into: labels)
      do throws(TrainingError) {
        let rate = schedule.rate(at: epoch * stepsPerEpoch + step)
        total += try network.step(images: batch.count, rate: rate, &optimizer)
      } catch {
        throw .diverged(epoch: epoch)
      }
    }
    guard network.weights.areFinite else { throw .diverged(epoch: epoch) }
    return total
  }
}
