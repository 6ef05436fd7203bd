import Architectures
import Randomness
import Search

/// Made-up scores of a genome: smooth in its genes with one interaction, and a little noise that
/// depends on the task's seed alone.
enum SyntheticScores {
  static func evaluation(of task: EvaluationTask) -> Evaluation {
    var quality = 0.0
    var cost = 50_000.0
    var lastKernel = 3
    for (index, block) in task.genome.blocks.enumerated() {
      let kernel = block.kernels.max() ?? 3
      // Early layers like small kernels, late ones large ones, and a jump in size is bad.
      let liked = 3.0 + 1.3 * Double(index)
      quality -= 0.02 * abs(Double(kernel) - liked) + 0.01 * abs(Double(kernel - lastKernel))
      quality += 0.03 * block.expansion / (block.expansion + 2)
      quality += block.squeezeExcitationRatio > 0 ? 0.012 : 0
      quality += block.kernels.count > 1 ? 0.008 : 0
      cost += 400 * block.expansion * Double(block.outputChannels + kernel * kernel)
      lastKernel = kernel
    }
    var stream = RandomStream(seed: task.seed)
    let accuracy = 0.7 + quality + 0.005 * (stream.uniformDouble() - 0.5)
    return Evaluation(
      ordinal: task.ordinal,
      outcome: .completed(
        Evaluation.Scores(
          validationAccuracy: accuracy, validationLoss: 1 - accuracy,
          trainingLoss: 0.9 - accuracy, latency: nil, multiplyAdds: Int(cost),
          parameters: Int(cost / 10))),
      timing: Evaluation.Timing(seconds: 0, imagesPerSecond: 0))
  }

  /// Every seventh candidate diverges.
  static func evaluationWithFailures(of task: EvaluationTask) -> Evaluation {
    var evaluation = evaluation(of: task)
    if task.ordinal % 7 == 5 { evaluation.outcome = .failed(.diverged(epoch: 1)) }
    return evaluation
  }
}

/// Scores by a function, at once.
struct SyntheticEvaluator: Evaluator {
  var score: @Sendable (EvaluationTask) -> Evaluation = SyntheticScores.evaluation

  func evaluate(
    _ task: EvaluationTask, isCancelled: @Sendable () -> Bool
  ) -> Evaluation? {
    score(task)
  }
}
