import Architectures
import Evaluation

/// What a finished training came to: `result.json`.
package struct TrainingResult: Sendable, Hashable, Codable {
  package var network: String
  package var epochs: Int
  /// Whose weights were kept, from 1.
  package var bestEpoch: Int
  /// Of the best epoch; nil where no image was held back.
  package var validationAccuracy: Double?
  package var validationLoss: Double?
  /// 0 to 1, scored once, with the best weights.
  package var testAccuracy: Double
  package var testLoss: Double
  /// Of steps and validation, over all processes.
  package var seconds: Double
  package var multiplyAdds: Int
  package var parameters: Int
  /// `NetworkWeights.digest` of the best weights.
  package var weights: String

  package init(_ result: FullTraining.Result, of graph: NetworkGraph) {
    let best = result.progress.best
    network = graph.name
    epochs = result.progress.epochs.count
    bestEpoch = best?.number ?? 0
    validationAccuracy = best?.validationAccuracy
    validationLoss = best?.validationLoss
    testAccuracy = result.testAccuracy
    testLoss = result.testLoss
    seconds = result.progress.seconds
    multiplyAdds = graph.multiplyAdds
    parameters = graph.parameterCount
    weights = result.weights.digest
  }
}
