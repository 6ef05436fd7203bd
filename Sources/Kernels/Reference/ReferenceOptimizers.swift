import KernelInterface

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

enum ReferenceOptimizers {
  static let kernels = OptimizerKernels(
    sgd: {
      count, weights, gradient, velocity, rate, momentum, weightDecay, nesterov in
      for i in 0..<count {
        let g = gradient[i] + weightDecay * weights[i]
        velocity[i] = momentum * velocity[i] + g
        weights[i] -= rate * (nesterov ? g + momentum * velocity[i] : velocity[i])
      }
    },
    rmsprop: {
      count, weights, gradient, meanSquare, velocity, rate, decay, momentum, epsilon,
      weightDecay in
      for i in 0..<count {
        let g = gradient[i] + weightDecay * weights[i]
        meanSquare[i] = decay * meanSquare[i] + (1 - decay) * g * g
        velocity[i] = momentum * velocity[i] + g / (meanSquare[i].squareRoot() + epsilon)
        weights[i] -= rate * velocity[i]
      }
    },
    adamw: {
      count, weights, gradient, first, second, step, rate, beta1, beta2, epsilon,
      weightDecay in
      let firstCorrection = Float(1 - pow(Double(beta1), Double(step)))
      let secondCorrection = Float(1 - pow(Double(beta2), Double(step)))
      for i in 0..<count {
        weights[i] -= rate * weightDecay * weights[i]
        first[i] = beta1 * first[i] + (1 - beta1) * gradient[i]
        second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] * gradient[i]
        let denominator = (second[i] / secondCorrection).squareRoot() + epsilon
        weights[i] -= rate * (first[i] / firstCorrection) / denominator
      }
    })
}
