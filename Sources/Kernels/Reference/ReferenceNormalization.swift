import KernelInterface

/// Batch normalisation straight from its definition, with sums in double precision.
enum ReferenceNormalization {
  static let kernels = NormalizationKernels(moments: moments, apply: apply, gradient: gradient)

  private static func moments(
    rows: Int, channels: Int, x: Input, mean: Output, variance: Output
  ) {
    for channel in 0..<channels {
      var sum = 0.0
      for row in 0..<rows { sum += Double(x[row * channels + channel]) }
      let center = sum / Double(rows)
      var squares = 0.0
      for row in 0..<rows {
        let distance = Double(x[row * channels + channel]) - center
        squares += distance * distance
      }
      mean[channel] = Float(center)
      variance[channel] = Float(squares / Double(rows))
    }
  }

  private static func apply(
    rows: Int, channels: Int, x: Input, scale: Input, shift: Input,
    activation: KernelActivation, y: Output
  ) {
    for row in 0..<rows {
      for channel in 0..<channels {
        let place = row * channels + channel
        let z = Double(x[place]) * Double(scale[channel]) + Double(shift[channel])
        y[place] = Float(ReferenceActivation.value(activation, z))
      }
    }
  }

  private static func gradient(_ call: NormalizationGradient) {
    for channel in 0..<call.channels {
      let mean = Double(call.mean[channel])
      let inverse = Double(call.inverseDeviation[channel])
      let gamma = Double(call.gamma[channel])
      let beta = Double(call.beta[channel])
      /// The normalised input and the gradient in front of the activation.
      func terms(_ row: Int) -> (normalized: Double, gradient: Double) {
        let place = row * call.channels + channel
        let normalized = (Double(call.x[place]) - mean) * inverse
        let slope = ReferenceActivation.derivative(call.activation, normalized * gamma + beta)
        return (normalized, Double(call.outputGradient[place]) * slope)
      }
      var gammaGradient = 0.0
      var betaGradient = 0.0
      for row in 0..<call.rows {
        let (normalized, gradient) = terms(row)
        gammaGradient += gradient * normalized
        betaGradient += gradient
      }
      let count = Double(call.rows)
      for row in 0..<call.rows {
        let (normalized, gradient) = terms(row)
        call.inputGradient[row * call.channels + channel] = Float(
          gamma * inverse
            * (gradient - betaGradient / count - normalized * gammaGradient / count))
      }
      call.gammaGradient[channel] = Float(gammaGradient)
      call.betaGradient[channel] = Float(betaGradient)
    }
  }
}
