import Kernels

/// One chunk's way back through a `SqueezeExcitationLayer`, in whole blocks or image by image in
/// tiles of rows.
///
/// In tiles, nothing of the size of an image has to wait for the gate: its gradient follows from
/// the weights. With values v, factors s, weights W and output gradients dy, the products
/// `P = vᵀ · dy` of one image give `dW += s ⊙ P` and `ds = Σ W ⊙ P`, row by row.
struct SqueezeExcitationGradients {
  let layer: SqueezeExcitationLayer
  let buffers: LayerBuffers
  let pass: TrainingPass
  /// This worker's and this chunk's.
  let scratch: SqueezeExcitationScratch

  private var projection: ChannelMatrix { layer.projection }
  private var normalization: NormalizationKernels { layer.kernels.normalization }
  private var elementwise: ElementwiseKernels { layer.kernels.elementwise }
  /// What the gate made of each image.
  private var gateValues: Output { buffers.kept[0] }

  func take(_ blocks: Range<Int>) {
    if layer.tiles != nil { scratch.sums.update(repeating: 0, count: projection.gradientCount) }
    for block in blocks {
      let images = layer.imageBlocks.images(block, images: pass.images)
      if let tiles = layer.tiles {
        for image in images {
          takeTiles(tiles, of: image, in: block, isFirst: image == images.lowerBound)
        }
      } else {
        takeWhole(block, images, accumulates: block > blocks.lowerBound)
      }
    }
  }

  private func takeWhole(_ block: Int, _ images: Range<Int>, accumulates: Bool) {
    let rows = layer.imageBlocks.rows(block, images: pass.images)
    let (values, gradient) = (scratch.values, scratch.gradient)
    let dy = outputGradient(rows)
    makeValues(rows)
    projection.multiplyTransposed(rows.count, dy, scratch.transposed, into: gradient)
    for image in images {
      let place = layer.place(image, in: images)
      elementwise.columnProducts(
        layer.pixels, layer.channels, values + place, gradient + place,
        layer.gate.factors(image, in: scratch.gateGradients))
    }
    layer.scale(values, images, by: gateValues)
    goThroughGate(images)
    projection.addGradients(rows.count, values, dy, to: scratch.sums, accumulates: accumulates)
    for image in images {
      let first = image * layer.pixels
      reduce(
        first..<first + layer.pixels, of: image, in: block,
        gradient + layer.place(image, in: images),
        accumulates: image > images.lowerBound)
    }
  }

  /// - Parameter isFirst: of the block's images.
  private func takeTiles(_ tiles: Int, of image: Int, in block: Int, isFirst: Bool) {
    let first = image * layer.pixels
    let dy = outputGradient(first..<first + layer.pixels)
    for tile in 0..<tiles {
      let rows = share(of: layer.pixels, part: tile, of: tiles)
      makeValues(first + rows.lowerBound..<first + rows.upperBound)
      projection.addGradients(
        rows.count, scratch.values, dy + rows.lowerBound * projection.outputChannels,
        to: scratch.products, accumulates: tile > 0)
    }
    projection.addGatedGradients(
      scratch.products, parameters: pass.parameters,
      factors: layer.gate.factors(image, in: gateValues),
      factorGradients: layer.gate.factors(image, in: scratch.gateGradients), to: scratch.sums)
    goThroughGate(image..<image + 1)
    // What the last tiles left in the cache is read first.
    for tile in (0..<tiles).reversed() {
      let rows = share(of: layer.pixels, part: tile, of: tiles)
      projection.multiplyTransposed(
        rows.count, dy + rows.lowerBound * projection.outputChannels, scratch.transposed,
        into: scratch.gradient)
      reduce(
        first + rows.lowerBound..<first + rows.upperBound, of: image, in: block, scratch.gradient,
        accumulates: !isFirst || tile < tiles - 1)
    }
  }

  // MARK: Steps

  private var target: GradientTarget {
    guard let target = buffers.inputGradients[0] else {
      preconditionFailure("the batch norm in front of the chain has a gradient")
    }
    return target
  }

  private func outputGradient(_ rows: Range<Int>) -> Input {
    normalization.rows(
      rows, channels: projection.outputChannels, ofGradient: buffers.outputGradient,
      buffers.correction, scratch: scratch.outputGradient)
  }

  /// Activates rows of the input. The slopes wait where the gradient will be.
  private func makeValues(_ rows: Range<Int>) {
    let start = rows.lowerBound * layer.channels
    normalization.valuesAndSlopes(
      rows.count, layer.channels, buffers.inputs[0] + start, layer.transform(buffers),
      scratch.values, target.values + start)
  }

  /// Makes what every pixel's gradient gets through the means of some images.
  private func goThroughGate(_ images: Range<Int>) {
    layer.gate.backward(images, gateValues, scratch.gateGradients, scratch.gateTransposed)
    for image in images {
      let means = layer.gate.means(image, in: scratch.gateGradients)
      for channel in 0..<layer.channels { means[channel] /= Float(layer.pixels) }
    }
  }

  /// Takes the gradient of some rows of an image to the front of the activation.
  private func reduce(
    _ rows: Range<Int>, of image: Int, in block: Int, _ gradient: Input, accumulates: Bool
  ) {
    guard let reduction = target.reduction else {
      preconditionFailure("the chain follows a batch norm")
    }
    reduction.reduce(
      block, rows: rows, of: gradient, gate: layer.gate.factors(image, in: gateValues),
      addend: layer.gate.means(image, in: scratch.gateGradients),
      slopes: target.values + rows.lowerBound * layer.channels, accumulates: accumulates)
  }
}
