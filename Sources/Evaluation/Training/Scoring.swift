import Architectures
import Datasets
import Engine
import Foundation
import Kernels

/// Loss (softmax cross-entropy, without smoothing) and accuracy of a network with its batch norm
/// folded: what would be deployed.
///
/// - Parameters:
///   - pool: threads that share every batch; nil for the calling thread alone. The result does not
///     depend on their number.
///   - boundary: called before every batch.
func score(
  _ graph: NetworkGraph, weights: NetworkWeights, on images: ImageSubset,
  normalization: Normalization, kernels: KernelSet, pool: WorkerPool? = nil,
  boundary: () throws(TrainingInterruption) -> Void
) throws(TrainingInterruption) -> BatchResult {
  let batchSize = min(scoringBatch, images.count)
  let network = try TrainingInterruption.guardingMemory { () throws(MemoryShortage) in
    try InferenceNetwork(
      graph: graph, weights: weights, kernels: kernels, pool: pool, batchSize: batchSize)
  }
  let batcher = ImageBatcher(images.dataset, normalization: normalization)
  guard let input = network.inputBuffer.baseAddress else { return BatchResult() }
  let classes = graph.output.elementCount
  var total = BatchResult()
  for first in stride(from: 0, to: images.count, by: batchSize) {
    try boundary()
    let batch = images.indices[first..<min(first + batchSize, images.count)]
    batcher.write(batch, epoch: nil, into: input)
    network.run(images: batch.count)
    for (position, index) in batch.enumerated() {
      let logits = network.logits[position * classes..<(position + 1) * classes]
      total += result(of: logits, label: Int(images.dataset.labels[index]))
    }
  }
  return total
}

/// Images at once: enough for the kernels to run well, few enough for their activations to stay
/// near the cache.
private let scoringBatch = 16

/// The first of several largest logits is the answer. Logits that are not all finite give a loss
/// that is not a number.
private func result(of logits: Slice<UnsafeBufferPointer<Float>>, label: Int) -> BatchResult {
  var best = logits.startIndex
  for index in logits.indices where logits[index] > logits[best] { best = index }
  let maximum = Double(logits[best])
  let sum = logits.reduce(0) { $0 + exp(Double($1) - maximum) }
  // Of minus infinity alone the sum would tell nothing.
  let loss =
    logits.allSatisfy(\.isFinite)
    ? log(sum) - (Double(logits[logits.startIndex + label]) - maximum) : .nan
  return BatchResult(
    images: 1, lossSum: loss, correct: best - logits.startIndex == label ? 1 : 0)
}
