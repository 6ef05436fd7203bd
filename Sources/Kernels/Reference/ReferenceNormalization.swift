import KernelInterface

/// Batch normalisation straight from its definition, with sums in double precision.
enum ReferenceNormalization {
  static let kernels = NormalizationKernels(
    moments: moments,
    apply: { rows, channels, x, transform, addend, y in
      forEachElement(rows, channels) { place, channel in
        y[place] = Float(
          value(transform, x[place], channel) + Double(addend.map { $0[place] } ?? 0))
      }
    },
    valuesAndSlopes: { rows, channels, x, transform, y, slopes in
      forEachElement(rows, channels) { place, channel in
        let normalized = normalized(transform, x[place], channel)
        y[place] = Float(ReferenceActivation.value(transform.activation, normalized))
        slopes[place] = Float(ReferenceActivation.derivative(transform.activation, normalized))
      }
    },
    transformedSums: { rows, channels, x, transform, factor, sums in
      for channel in 0..<channels {
        sums[channel] = Float(
          Double(factor)
            * sum(rows, channels, channel) { value(transform, x[$0], channel) })
      }
    },
    gradientSums: gradientSums,
    correct: { rows, channels, g, correction, y in
      forEachElement(rows, channels) { place, channel in
        y[place] = Float(
          Double(g[place]) * Double(correction.gradientScale[channel])
            + Double(correction.values[place]) * Double(correction.valueScale[channel])
            + Double(correction.shift[channel]))
      }
    })

  private static func moments(
    rows: Int, channels: Int, x: Input, mean: Output, squares: Output
  ) {
    for channel in 0..<channels {
      let center = sum(rows, channels, channel) { Double(x[$0]) } / Double(rows)
      mean[channel] = Float(center)
      squares[channel] = Float(
        sum(rows, channels, channel) {
          let distance = Double(x[$0]) - center
          return distance * distance
        })
    }
  }

  private static func gradientSums(_ call: NormalizationGradientSums) {
    let channels = call.channels
    for channel in 0..<channels {
      var gradientSum = call.accumulates ? Double(call.gradientSum[channel]) : 0
      var productSum = call.accumulates ? Double(call.productSum[channel]) : 0
      for row in 0..<call.rows {
        let place = row * channels + channel
        let x = Double(call.x[place])
        let reached =
          Double(call.outputGradient[place]) * Double(call.gate?[channel] ?? 1)
          + Double(call.addend?[channel] ?? 0)
        let slope =
          ReferenceActivation.derivative(
            call.transform.activation, normalized(call.transform, call.x[place], channel))
          * Double(call.slopes?[place] ?? 1)
        let gradient = reached * slope
        gradientSum += gradient
        productSum +=
          gradient * (x - Double(call.mean[channel])) * Double(call.inverseDeviation[channel])
        call.gradient?[place] = Float(gradient)
      }
      call.gradientSum[channel] = Float(gradientSum)
      call.productSum[channel] = Float(productSum)
    }
  }

  private static func forEachElement(
    _ rows: Int, _ channels: Int, _ body: (_ place: Int, _ channel: Int) -> Void
  ) {
    for row in 0..<rows {
      for channel in 0..<channels { body(row * channels + channel, channel) }
    }
  }

  private static func sum(
    _ rows: Int, _ channels: Int, _ channel: Int, _ term: (_ place: Int) -> Double
  ) -> Double {
    (0..<rows).reduce(0) { $0 + term($1 * channels + channel) }
  }

  private static func normalized(
    _ transform: ChannelTransform, _ x: Float, _ channel: Int
  ) -> Double {
    Double(x) * Double(transform.scale[channel]) + Double(transform.shift[channel])
  }

  private static func value(_ transform: ChannelTransform, _ x: Float, _ channel: Int) -> Double {
    ReferenceActivation.value(transform.activation, normalized(transform, x, channel))
  }
}
