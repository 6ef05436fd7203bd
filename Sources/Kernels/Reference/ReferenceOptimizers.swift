import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

enum ReferenceOptimizers {
  static let kernels = OptimizerKernels(
    sgd: { call, constants in
      let (weights, velocity, momentum) = (call.weights, call.firstSlot, constants.momentum)
      for i in 0..<call.count {
        let g = call.gradient[i] + call.weightDecay * weights[i]
        velocity[i] = momentum * velocity[i] + g
        weights[i] -= call.rate * (constants.isNesterov ? g + momentum * velocity[i] : velocity[i])
      }
    },
    rmsprop: { call, constants in
      let (weights, meanSquare, velocity) = (call.weights, call.firstSlot, call.secondSlot)
      let decay = constants.decay
      for i in 0..<call.count {
        let g = call.gradient[i] + call.weightDecay * weights[i]
        meanSquare[i] = decay * meanSquare[i] + (1 - decay) * g * g
        velocity[i] =
          constants.momentum * velocity[i] + g / (meanSquare[i].squareRoot() + constants.epsilon)
        weights[i] -= call.rate * velocity[i]
      }
    },
    adamw: { call, constants in
      let (weights, first, second) = (call.weights, call.firstSlot, call.secondSlot)
      let (beta1, beta2) = (constants.beta1, constants.beta2)
      let firstCorrection = Float(1 - pow(Double(beta1), Double(constants.step)))
      let secondCorrection = Float(1 - pow(Double(beta2), Double(constants.step)))
      for i in 0..<call.count {
        let g = call.gradient[i]
        weights[i] -= call.rate * call.weightDecay * weights[i]
        first[i] = beta1 * first[i] + (1 - beta1) * g
        second[i] = beta2 * second[i] + (1 - beta2) * g * g
        let denominator = (second[i] / secondCorrection).squareRoot() + constants.epsilon
        weights[i] -= call.rate * (first[i] / firstCorrection) / denominator
      }
    })
}
