import Architectures

/// How candidates are trained, briefly. Defaults are documented in `documentation/search-space.md`.
package struct TrainingSettings: Sendable, Hashable, Codable {
  package var epochs: Int = 2
  package var batchSize: Int = 64
  /// Images of the training split that are used, nil for all.
  package var trainingImages: Int? = nil
  /// Share of the training set that is held back for validation, stratified.
  package var validationShare: Double = 0.1
  /// At most this many validation images, nil for all of the share.
  package var validationImages: Int? = nil
  package var optimizer: OptimizerChoice = .sgd
  /// Peak learning rate, for a batch of `batchSize`.
  package var learningRate: Double = 0.1
  package var momentum: Double = 0.9
  package var weightDecay: Double = 4e-5
  /// Epochs (a fraction is allowed) of linear warm-up before the cosine.
  package var warmupEpochs: Double = 0.25
  package var labelSmoothing: Double = 0.1
  /// Over-parameterised depthwise kernels (Cao et al. 2020), folded away for inference.
  package var doConv: Bool = false
  package var augmentation: AugmentationSettings = AugmentationSettings()
  /// Seconds that one candidate may train; nil for no limit.
  package var timeLimitSeconds: Double? = nil
  /// Share of old running batch-norm statistics that a step keeps. Brief training needs less
  /// than the 0.99 of the papers.
  package var batchNormMomentum: Double = 0.9

  package init() {}
}

package enum OptimizerChoice: String, Sendable, Hashable, Codable, CaseIterable {
  case sgd, rmsprop, adamw
}

package struct AugmentationSettings: Sendable, Hashable, Codable {
  /// Mirrored pixels around the image before a random crop back to size; 0 for none.
  package var cropPadding: Int = 0
  package var horizontalFlip: Bool = false
  /// Side of a random square set to the mean; 0 for none.
  package var cutout: Int = 0

  package init() {}
}

/// How latency is measured.
package struct LatencySettings: Sendable, Hashable, Codable {
  package var threads: Int = 1
  package var warmupRuns: Int = 5
  /// However long they take.
  package var minimumRuns: Int = 21
  /// Behind the least number, runs stop at the first of this and `seconds`. There are so many that
  /// small networks, too, are measured for a tenth of a second: what disturbs a machine for a few
  /// milliseconds must not last for the whole of a measurement.
  package var maximumRuns: Int = 2001
  package var seconds: Double = 0.3

  package init() {}
}

/// What a candidate costs.
package enum CostKind: String, Sendable, Hashable, Codable, CaseIterable {
  case latency
  case multiplyAdds = "multiply-adds"
  case parameters
}

package struct ObjectiveSettings: Sendable, Hashable, Codable {
  package enum Form: String, Sendable, Hashable, Codable, CaseIterable {
    /// accuracy × (cost / target)^exponent (MnasNet, Tan et al. 2019, soft).
    case soft
    /// The same beyond the target, plain accuracy within it (MnasNet, hard).
    case hard
    /// Accuracy; a candidate beyond the target scores 0.
    case limit
  }

  package var cost: CostKind = .latency
  package var form: Form = .soft
  /// Milliseconds, multiply-adds or parameters.
  package var target: Double
  package var exponent: Double = -0.07

  package init(target: Double) { self.target = target }
}

package struct StrategySettings: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, Hashable, Codable, CaseIterable { case evolution, random }

  package var kind: Kind = .evolution
  package var evaluations: Int = 100
  package var population: Int = 24
  package var sample: Int = 8
  /// Candidate i is proposed from the evaluations of candidates up to i - lookahead; as many
  /// workers can be busy.
  package var lookahead: Int = 4

  package init() {}
}
