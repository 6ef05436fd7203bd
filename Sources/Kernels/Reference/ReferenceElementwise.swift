import KernelInterface

enum ReferenceElementwise {
  static let kernels = ElementwiseKernels(
    activate: { count, activation, x, y in
      for i in 0..<count {
        y[i] = Float(ReferenceActivation.value(activation, Double(x[i])))
      }
    },
    activationGradient: { count, activation, x, dy, dx in
      for i in 0..<count {
        dx[i] = Float(Double(dy[i]) * ReferenceActivation.derivative(activation, Double(x[i])))
      }
    },
    add: { count, a, b, y in
      for i in 0..<count { y[i] = a[i] + b[i] }
    },
    addToRows: { rows, channels, x, y in
      for row in 0..<rows {
        for channel in 0..<channels { y[row * channels + channel] += x[channel] }
      }
    },
    columnSums: { rows, channels, x, factor, accumulates, sums in
      for channel in 0..<channels {
        var sum = 0.0
        for row in 0..<rows { sum += Double(x[row * channels + channel]) }
        sum *= Double(factor)
        sums[channel] = Float(accumulates ? Double(sums[channel]) + sum : sum)
      }
    },
    scaleRows: { rows, channels, x, scale, y in
      for row in 0..<rows {
        for channel in 0..<channels {
          y[row * channels + channel] = x[row * channels + channel] * scale[channel]
        }
      }
    },
    columnProducts: { rows, channels, x, dy, products in
      for channel in 0..<channels {
        var sum = 0.0
        for row in 0..<rows {
          sum += Double(x[row * channels + channel]) * Double(dy[row * channels + channel])
        }
        products[channel] = Float(sum)
      }
    },
    gatedProducts: { rows, channels, x, y, factors, dots, sums in
      for row in 0..<rows {
        var dot = 0.0
        for place in row * channels..<(row + 1) * channels {
          dot += Double(x[place]) * Double(y[place])
          sums[place] = Float(Double(sums[place]) + Double(factors[row]) * Double(y[place]))
        }
        dots[row] = Float(dot)
      }
    })
}
