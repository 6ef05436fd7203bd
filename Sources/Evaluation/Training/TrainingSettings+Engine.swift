import Architectures
import Datasets
import Engine
import SearchSpaces

/// The settings in the terms of the engine and the datasets.
extension TrainingSettings {
  /// The batch norm of networks that are trained by these settings.
  package var normalization: BatchNormalization {
    BatchNormalization(momentum: batchNormMomentum)
  }

  /// SGD is Nesterov's. RMSProp's constants are MnasNet's (Tan et al. 2019), AdamW's the usual.
  var optimizerRule: Optimizer {
    switch optimizer {
    case .sgd: .sgd(momentum: momentum, nesterov: true)
    case .rmsprop: .rmsprop(decay: 0.9, momentum: momentum, epsilon: 1e-3)
    case .adamw: .adamw(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    }
  }

  func schedule(stepsPerEpoch: Int) -> LearningRateSchedule {
    LearningRateSchedule(
      peak: learningRate,
      warmUpSteps: Int((warmupEpochs * Double(stepsPerEpoch)).rounded()),
      steps: max(1, epochs * stepsPerEpoch))
  }

  var augmentationOptions: AugmentationOptions {
    AugmentationOptions(
      cropPadding: augmentation.cropPadding, horizontalFlip: augmentation.horizontalFlip,
      cutout: augmentation.cutout)
  }
}
