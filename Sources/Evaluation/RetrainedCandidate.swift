import Architectures
import Datasets
import Engine
import Randomness
import Search
import SearchSpaces

/// A candidate's weights, which a search does not keep: the evaluation is repeated.
package struct RetrainedCandidate: Sendable {
  /// The network to deploy.
  package var graph: NetworkGraph
  package var weights: NetworkWeights
  /// What was done to the training images.
  package var normalization: Normalization
  /// 0 to 1, on the held-back images; on the same instruction set the recorded one to the bit.
  package var validationAccuracy: Double
}

extension CandidateEvaluator {
  /// Trains a candidate exactly as its evaluation did, as long as that takes.
  ///
  /// - Parameters:
  ///   - isCancelled: asked before every step.
  ///   - progress: called with the share that is done, 0 to 1, before every step.
  /// - Throws: `TrainingInterruption`, or `GenomeError` or `GraphError` where there is no such
  ///   network.
  package func retrain(
    _ task: EvaluationTask, isCancelled: () -> Bool, progress: (Double) -> Void
  ) throws -> RetrainedCandidate {
    let networks = try networks(of: task.genome)
    let images = trainer.data.training.count
    let batch = min(space.training.batchSize, images)
    let steps = (images + batch - 1) / batch * space.training.epochs
    var done = 0
    let result = try trainer.withoutTimeLimit
      .train(networks.proxy, random: RandomStream(seed: task.seed)) {
        progress(min(1, Double(done) / Double(max(1, steps))))
        done += 1
        return isCancelled()
      }
    // A proxy has exactly the tensors of the network to deploy.
    return RetrainedCandidate(
      graph: networks.deployment,
      weights: NetworkWeights(graph: networks.deployment, values: result.weights.values),
      normalization: trainer.data.normalization, validationAccuracy: result.accuracy)
  }
}
