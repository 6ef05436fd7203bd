import KernelInterface

/// Matrix products as triple loops; weights are packed as `[inputChannels, outputChannels]`.
enum ReferencePointwise {
  static let kernels = PointwiseKernels(
    packedCount: { $0 * $1 }, pack: pack, scale: scale, forward: forward,
    weightGradient: weightGradient)

  private static func pack(_ matrix: WeightMatrix, _ packed: Output) {
    for k in 0..<matrix.inputChannels {
      for n in 0..<matrix.outputChannels {
        packed[k * matrix.outputChannels + n] =
          matrix.values[k * matrix.inputStride + n * matrix.outputStride]
      }
    }
  }

  private static func scale(
    _ inputChannels: Int, _ outputChannels: Int, _ packed: Input, _ factors: Input,
    _ scaled: Output
  ) {
    for k in 0..<inputChannels {
      for n in 0..<outputChannels {
        scaled[k * outputChannels + n] = packed[k * outputChannels + n] * factors[k]
      }
    }
  }

  private static func forward(_ call: PointwiseProduct) {
    for row in 0..<call.rows {
      for n in 0..<call.outputChannels {
        var sum = Double(call.bias?[n] ?? 0)
        for k in 0..<call.inputChannels {
          sum +=
            Double(call.input[row * call.inputStride + k])
            * Double(call.weights[k * call.outputChannels + n])
        }
        sum += Double(call.residual?[row * call.outputStride + n] ?? 0)
        call.output[row * call.outputStride + n] =
          Float(ReferenceActivation.value(call.activation, sum))
      }
    }
  }

  private static func weightGradient(_ call: OuterProduct) {
    for k in 0..<call.leftChannels {
      for n in 0..<call.rightChannels {
        let place = k * call.outputStride + n
        var sum = call.accumulates ? Double(call.output[place]) : 0
        for row in 0..<call.rows {
          sum +=
            Double(call.left[row * call.leftStride + k])
            * Double(call.right[row * call.rightStride + n])
        }
        call.output[place] = Float(sum)
      }
    }
  }
}
