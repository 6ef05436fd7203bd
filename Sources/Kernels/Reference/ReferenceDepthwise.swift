import KernelInterface

/// Mixed depthwise convolution tap by tap. Takes layouts of any vector width.
enum ReferenceDepthwise {
  static let kernels = DepthwiseKernels(
    forward: forward, inputGradient: inputGradient, weightGradient: weightGradient)

  private static func forward(_ call: DepthwiseForward) {
    let geometry = call.layout.geometry
    for row in call.rows {
      for x in 0..<geometry.outputWidth {
        for channel in 0..<geometry.channels {
          var sum = Double(call.bias?[channel] ?? 0)
          forEachTap(call.layout, row: row, x: x, channel: channel) { input, weight in
            sum += Double(call.input[input]) * Double(call.weights[weight])
          }
          call.output[(row * geometry.outputWidth + x) * geometry.channels + channel] =
            Float(ReferenceActivation.value(call.activation, sum))
        }
      }
    }
  }

  private static func inputGradient(_ call: DepthwiseInputGradient) {
    let geometry = call.layout.geometry
    call.inputGradient.update(
      repeating: 0, count: call.images * geometry.height * geometry.width * geometry.channels)
    forEachOutput(call.layout, images: call.images) { output, row, x, channel in
      forEachTap(call.layout, row: row, x: x, channel: channel) { input, weight in
        call.inputGradient[input] += call.outputGradient[output] * call.weights[weight]
      }
    }
  }

  private static func weightGradient(_ call: DepthwiseWeightGradient) {
    forEachOutput(call.layout, images: call.images) { output, row, x, channel in
      forEachTap(call.layout, row: row, x: x, channel: channel) { input, weight in
        call.weightGradient[weight] += call.outputGradient[output] * call.input[input]
      }
    }
  }

  /// Calls `body` with the place of each output, its row among all images, column and channel.
  private static func forEachOutput(
    _ layout: DepthwiseLayout, images: Int, _ body: (Int, Int, Int, Int) -> Void
  ) {
    let geometry = layout.geometry
    var output = 0
    for row in 0..<images * geometry.outputHeight {
      for x in 0..<geometry.outputWidth {
        for channel in 0..<geometry.channels {
          body(output, row, x, channel)
          output += 1
        }
      }
    }
  }

  /// Calls `body` with the places of the input and of the packed weight of each tap of one
  /// output that lies inside the image.
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
        let pixel = (image * geometry.height + inputRow) * geometry.width + column
        body(
          pixel * geometry.channels + channel,
          vector.weights + (i * vector.taps + j) * layout.vectorWidth
            + channel - vector.channel)
      }
    }
  }
}
