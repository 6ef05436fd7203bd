import Architectures
import Kernels

/// A `SqueezeExcitationChain` as one layer, with the activation in front of it.
///
/// Images go through the chain a few at a time, so the activation is computed once forward and
/// once backward, where it gives value and slope; all that reads its values, the mean, the
/// product and the convolution, then finds them in the cache.
///
/// Going back, a large image goes in tiles of rows, whose values never leave the cache. The gate
/// then has its gradient from the weights: with values v, factors s, weights W and output gradients
/// dy, the products `P = vᵀ · dy` of one image give `dW += s ⊙ P` and `ds = Σ W ⊙ P`, row by row.
struct SqueezeExcitationLayer: TrainingLayer {
  private let pixels: Int
  private let gate: GateChain
  private let projection: ChannelMatrix
  private let kernels: KernelSet
  private let imageBlocks: RowBlocks
  private let workers: Int
  private let chunks: Int
  /// Tiles of an image going back; nil where blocks go whole.
  private let tiles: Int?

  /// Floats that a tile's operands may have: 192 KB.
  private static let tileBudget = 49_152
  /// Rows of a block, at least, where there are as many: fewer would not be worth reading the
  /// weights for.
  private static let leastRows = 256

  init(_ chain: SqueezeExcitationChain, in graph: NetworkGraph, _ site: (Int) -> LayerSite) {
    let last = site(chain.projection)
    guard case .convolution(let convolution) = graph.nodes[chain.projection].operation else {
      preconditionFailure("\(last.name) is no convolution")
    }
    gate = GateChain(chain.gate, in: graph, before: last, site)
    pixels = last.input.height * last.input.width
    projection = convolution.channelMatrix(last)
    kernels = last.kernels
    let floats = pixels * (3 * projection.inputChannels + 2 * projection.outputChannels)
    imageBlocks = RowBlocks(
      rowsPerImage: pixels, wholeImagesOf: floats, leastRows: Self.leastRows)
    workers = last.workers
    chunks = imageBlocks.chunks(images: last.batchSize)
    // Small images go together, and an image's products should be less work than its values.
    let isTiled =
      floats > 2 * Self.tileBudget
      && projection.gradientCount < pixels * projection.inputChannels
    tiles = isTiled ? (floats + Self.tileBudget - 1) / Self.tileBudget : nil
  }

  var blocks: RowBlocks? { imageBlocks }
  var gradientBlocks: RowBlocks? { imageBlocks }

  // MARK: Memory

  private var channels: Int { projection.inputChannels }
  private var inputCount: Int { imageBlocks.rowsPerBlock * channels }
  private var outputCount: Int { imageBlocks.rowsPerBlock * projection.outputChannels }
  /// Floats of a tile, or of a block where there are none.
  private var reverseCount: Int {
    tiles.map { (pixels + $0 - 1) / $0 * channels } ?? inputCount
  }

  var needs: LayerNeeds {
    LayerNeeds(
      keepsInputs: true, kept: [gate.valueCount],
      scratch: [workers * inputCount, projection.packedCount, gate.packedCount],
      reverseScratch: [
        workers * reverseCount, workers * reverseCount, workers * outputCount,
        tiles == nil ? 0 : workers * projection.gradientCount, projection.transposedCount,
        chunks * projection.gradientCount, gate.valueCount, gate.transposedCount,
        gate.gradientCount,
      ])
  }

  /// The memory of `backward` alone, in the order of its needs.
  private struct ReverseScratch {
    // Per worker: activated values, then gated where blocks go whole; the gradient of the gated
    // values; the corrected gradient of the output; one image's products.
    let values: Output
    let gradient: Output
    let outputGradient: Output
    let products: Output
    let transposed: Output
    /// `[chunks, projection.gradientCount]`
    let sums: Output
    let gateGradients: Output
    let gateTransposed: Output
    let gateSums: Output

    init(_ buffers: [Output]) {
      values = buffers[0]
      gradient = buffers[1]
      outputGradient = buffers[2]
      products = buffers[3]
      transposed = buffers[4]
      sums = buffers[5]
      gateGradients = buffers[6]
      gateTransposed = buffers[7]
      gateSums = buffers[8]
    }
  }

  /// - Returns: what is still to be done to the input.
  private func transform(_ buffers: LayerBuffers) -> ChannelTransform {
    guard let transform = buffers.transforms[0] else {
      preconditionFailure("the chain follows a batch norm")
    }
    return transform
  }

  // MARK: Forward

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let transform = transform(buffers)
    let gateValues = buffers.kept[0]
    let (packed, gatePacked) = (buffers.scratch[1], buffers.scratch[2])
    projection.pack(pass.parameters, into: packed)
    gate.pack(pass.parameters, into: gatePacked)
    pass.forEach(imageBlocks.count(images: pass.images)) { block, worker in
      let images = imageBlocks.images(block, images: pass.images)
      let rows = imageBlocks.rows(block, images: pass.images)
      let values = buffers.scratch[0] + worker * inputCount
      kernels.normalization.apply(
        rows.count, channels, buffers.inputs[0] + rows.lowerBound * channels, transform, nil,
        values)
      for image in images {
        kernels.elementwise.columnSums(
          pixels, channels, values + place(image, in: images), channels, 1 / Float(pixels), false,
          gate.means(image, in: gateValues))
      }
      gate.forward(images, gateValues, gatePacked, pass.parameters)
      scale(values, images, by: gateValues)
      let y = buffers.output + rows.lowerBound * projection.outputChannels
      projection.multiply(rows.count, values, packed, pass.parameters, into: y)
      buffers.moments?.write(block, rows: rows.count, of: y)
    }
  }

  /// Where an image's rows begin in a block of some images.
  private func place(_ image: Int, in images: Range<Int>) -> Int {
    (image - images.lowerBound) * pixels * channels
  }

  /// Multiplies each image's values by its factors.
  private func scale(_ values: Output, _ images: Range<Int>, by gateValues: Output) {
    for image in images {
      let values = values + place(image, in: images)
      kernels.elementwise.scaleRows(
        pixels, channels, values, gate.factors(image, in: gateValues), values)
    }
  }

  // MARK: Backward

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let scratch = ReverseScratch(buffers.reverseScratch)
    projection.packTransposed(pass.parameters, into: scratch.transposed)
    gate.packTransposed(pass.parameters, into: scratch.gateTransposed)
    let chunks = imageBlocks.chunks(images: pass.images)
    pass.forEach(chunks) { chunk, worker in
      let sums = scratch.sums + chunk * projection.gradientCount
      let mine = imageBlocks.chunk(chunk, images: pass.images)
      guard let tiles else {
        for block in mine {
          goBack(
            block, worker, buffers, scratch, sums: sums, accumulates: block > mine.lowerBound, pass)
        }
        return
      }
      sums.update(repeating: 0, count: projection.gradientCount)
      for block in mine {
        for image in imageBlocks.images(block, images: pass.images) {
          goBack(image, in: block, tiles, worker, buffers, scratch, sums: sums, pass)
        }
      }
    }
    kernels.elementwise.addUp(chunks, of: projection.gradientCount, scratch.sums)
    projection.takeGradients(scratch.sums, into: pass.gradients)
    gate.takeGradients(
      images: pass.images, buffers.kept[0], scratch.gateGradients, scratch: scratch.gateSums,
      into: pass.gradients)
  }

  /// One image, in tiles of rows.
  private func goBack(
    _ image: Int, in block: Int, _ tiles: Int, _ worker: Int, _ buffers: LayerBuffers,
    _ scratch: ReverseScratch, sums: Output, _ pass: TrainingPass
  ) {
    let values = scratch.values + worker * reverseCount
    let gradient = scratch.gradient + worker * reverseCount
    let products = scratch.products + worker * projection.gradientCount
    let first = image * pixels
    let dy = kernels.normalization.rows(
      first..<first + pixels, channels: projection.outputChannels,
      ofGradient: buffers.outputGradient, buffers.correction,
      scratch: scratch.outputGradient + worker * outputCount)
    let target = target(buffers)
    for tile in 0..<tiles {
      let rows = share(of: pixels, part: tile, of: tiles)
      let start = (first + rows.lowerBound) * channels
      // The slopes wait where the gradient will be.
      kernels.normalization.valuesAndSlopes(
        rows.count, channels, buffers.inputs[0] + start, transform(buffers), values,
        target.values + start)
      projection.addGradients(
        rows.count, values, dy + rows.lowerBound * projection.outputChannels, to: products,
        accumulates: tile > 0)
    }
    projection.addGated(
      products, parameters: pass.parameters, factors: gate.factors(image, in: buffers.kept[0]),
      factorGradients: gate.factors(image, in: scratch.gateGradients), to: sums)
    goThroughGate(image..<image + 1, scratch, buffers)
    // What the last tiles left in the cache is read first.
    for tile in (0..<tiles).reversed() {
      let rows = share(of: pixels, part: tile, of: tiles)
      projection.multiplyTransposed(
        rows.count, dy + rows.lowerBound * projection.outputChannels, scratch.transposed,
        into: gradient)
      reduce(
        first + rows.lowerBound..<first + rows.upperBound, of: image, in: block, gradient, buffers,
        scratch, accumulates: image > block * imageBlocks.imagesPerBlock || tile < tiles - 1)
    }
  }

  /// A whole block.
  private func goBack(
    _ block: Int, _ worker: Int, _ buffers: LayerBuffers, _ scratch: ReverseScratch,
    sums: Output, accumulates: Bool, _ pass: TrainingPass
  ) {
    let values = scratch.values + worker * reverseCount
    let gradient = scratch.gradient + worker * reverseCount
    let images = imageBlocks.images(block, images: pass.images)
    let rows = imageBlocks.rows(block, images: pass.images)
    let start = rows.lowerBound * channels
    let dy = kernels.normalization.rows(
      rows, channels: projection.outputChannels, ofGradient: buffers.outputGradient,
      buffers.correction, scratch: scratch.outputGradient + worker * outputCount)
    // The slopes wait where the gradient will be.
    kernels.normalization.valuesAndSlopes(
      rows.count, channels, buffers.inputs[0] + start, transform(buffers), values,
      target(buffers).values + start)
    projection.multiplyTransposed(rows.count, dy, scratch.transposed, into: gradient)
    for image in images {
      let place = place(image, in: images)
      kernels.elementwise.rowProducts(
        pixels, channels, values + place, gradient + place,
        gate.factors(image, in: scratch.gateGradients))
    }
    scale(values, images, by: buffers.kept[0])
    goThroughGate(images, scratch, buffers)
    projection.addGradients(rows.count, values, dy, to: sums, accumulates: accumulates)
    for image in images {
      let first = image * pixels
      reduce(
        first..<first + pixels, of: image, in: block, gradient + place(image, in: images), buffers,
        scratch, accumulates: image > images.lowerBound)
    }
  }

  private func target(_ buffers: LayerBuffers) -> GradientTarget {
    guard let target = buffers.inputGradients[0] else {
      preconditionFailure("the batch norm in front of the chain has a gradient")
    }
    return target
  }

  /// Makes what every pixel's gradient gets through the means of some images.
  private func goThroughGate(
    _ images: Range<Int>, _ scratch: ReverseScratch, _ buffers: LayerBuffers
  ) {
    gate.backward(images, buffers.kept[0], scratch.gateGradients, scratch.gateTransposed)
    for image in images {
      let means = gate.means(image, in: scratch.gateGradients)
      for channel in 0..<channels { means[channel] /= Float(pixels) }
    }
  }

  /// Takes the gradient of some rows of an image to the front of the activation.
  private func reduce(
    _ rows: Range<Int>, of image: Int, in block: Int, _ gradient: Input, _ buffers: LayerBuffers,
    _ scratch: ReverseScratch, accumulates: Bool
  ) {
    let target = target(buffers)
    guard let reduction = target.reduction else {
      preconditionFailure("the chain follows a batch norm")
    }
    reduction.reduce(
      block, rows: rows, of: gradient, gate: gate.factors(image, in: buffers.kept[0]),
      addend: gate.means(image, in: scratch.gateGradients),
      slopes: target.values + rows.lowerBound * channels, accumulates: accumulates)
  }
}
