import KernelInterface

/// Mixed depthwise convolution tap by tap, summed in double precision. Takes layouts of any
/// vector width.
enum ReferenceDepthwise {
  static let kernels = DepthwiseKernels(
    scratchCount: { _ in 0 }, forward: forward, backward: backward)

  private static func forward(_ call: DepthwiseForward) {
    let geometry = call.layout.geometry
    for row in call.rows {
      var sums = [Double](repeating: 0, count: geometry.channels)
      for x in 0..<geometry.outputWidth {
        for channel in 0..<geometry.channels {
          var sum = Double(call.bias?[channel] ?? 0)
          forEachTap(call.layout, row: row, x: x, channel: channel) { pixel, weight in
            let value = call.input[pixel * geometry.channels + channel]
            sum += transformed(value, call.transform, channel) * Double(call.weights[weight])
          }
          let value = Float(ReferenceActivation.value(call.activation, sum))
          call.output[(row * geometry.outputWidth + x) * geometry.channels + channel] = value
          sums[channel] += Double(value)
        }
      }
      guard let rowSums = call.rowSums else { continue }
      for channel in 0..<geometry.channels {
        rowSums[row * geometry.channels + channel] = Float(sums[channel])
      }
    }
  }

  private static func backward(_ call: DepthwiseBackward) {
    let geometry = call.layout.geometry
    let pixels = call.images * geometry.height * geometry.width
    let standing =
      geometry.inputRow(call.rows.lowerBound) * geometry.width..<geometry.inputRow(
        call.rows.upperBound) * geometry.width
    for vector in call.layout.vectors {
      for channel in vector.channel..<vector.channel + vector.lanes {
        var inputGradient = [Double](repeating: 0, count: pixels)
        var weightGradient: [Int: Double] = [:]
        for row in 0..<call.images * geometry.outputHeight {
          for x in 0..<geometry.outputWidth {
            let output = (row * geometry.outputWidth + x) * geometry.channels + channel
            let gradient = corrected(output, call, channel)
            forEachTap(call.layout, row: row, x: x, channel: channel) { pixel, weight in
              inputGradient[pixel] += gradient * Double(call.weights[weight])
              guard standing ~= pixel else { return }
              let value = call.input[pixel * geometry.channels + channel]
              weightGradient[weight, default: 0] +=
                gradient * transformed(value, call.transform, channel)
            }
          }
        }
        if let result = call.inputGradient {
          for pixel in standing {
            let place = pixel * geometry.channels + channel
            result[place] = Float(inputGradient[pixel] * slope(call, place, channel))
          }
        }
        for (weight, sum) in weightGradient {
          call.weightGradient[weight] = Float(Double(call.weightGradient[weight]) + sum)
        }
      }
    }
  }

  /// What takes an input's gradient to where it is asked for.
  private static func slope(_ call: DepthwiseBackward, _ place: Int, _ channel: Int) -> Double {
    guard call.passesActivation, let transform = call.transform else { return 1 }
    return ReferenceActivation.derivative(
      transform.activation, normalized(call.input[place], transform, channel))
  }

  private static func transformed(
    _ value: Float, _ transform: ChannelTransform?, _ channel: Int
  ) -> Double {
    guard let transform else { return Double(value) }
    return ReferenceActivation.value(
      transform.activation, normalized(value, transform, channel))
  }

  private static func normalized(
    _ value: Float, _ transform: ChannelTransform, _ channel: Int
  ) -> Double {
    Double(value) * Double(transform.scale[channel]) + Double(transform.shift[channel])
  }

  private static func corrected(
    _ output: Int, _ call: DepthwiseBackward, _ channel: Int
  ) -> Double {
    let gradient = Double(call.outputGradient[output])
    guard let correction = call.correction else { return gradient }
    return gradient * Double(correction.gradientScale[channel])
      + Double(correction.values[output]) * Double(correction.valueScale[channel])
      + Double(correction.shift[channel])
  }

  /// Calls `body` with the input pixel, counted over all images, and the place of the packed
  /// weight of each tap of one output that lies inside the image.
  private static func forEachTap(
    _ layout: DepthwiseLayout, row: Int, x: Int, channel: Int, _ body: (Int, Int) -> Void
  ) {
    let geometry = layout.geometry
    let (image, y) = row.quotientAndRemainder(dividingBy: geometry.outputHeight)
    let vector = layout.vectors[channel / layout.vectorWidth]
    for i in 0..<vector.taps {
      let inputRow = y * geometry.stride - vector.padTop + i * vector.dilation
      guard 0..<geometry.height ~= inputRow else { continue }
      for j in 0..<vector.taps {
        let column = x * geometry.stride - vector.padLeft + j * vector.dilation
        guard 0..<geometry.width ~= column else { continue }
        body(
          (image * geometry.height + inputRow) * geometry.width + column,
          vector.weights + (i * vector.taps + j) * layout.vectorWidth
            + channel - vector.channel)
      }
    }
  }
}
