import Architectures
import Kernels

/// A `SqueezeExcitationChain` as one layer, with the activation in front of it.
///
/// Images go through the chain a few at a time, so the activation is computed once forward and
/// once backward, where it gives value and slope; all that reads its values, the mean, the
/// product and the convolution, then finds them in the cache.
struct SqueezeExcitationLayer: TrainingLayer {
  private let pixels: Int
  private let gate: GateChain
  private let projection: ChannelMatrix
  private let kernels: KernelSet
  private let imageBlocks: RowBlocks
  private let workers: Int
  private let chunks: Int

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
    imageBlocks = RowBlocks(
      rowsPerImage: pixels,
      wholeImagesOf: pixels * (3 * projection.inputChannels + 2 * projection.outputChannels),
      leastRows: Self.leastRows)
    workers = last.workers
    chunks = imageBlocks.chunks(images: last.batchSize)
  }

  var blocks: RowBlocks? { imageBlocks }
  var gradientBlocks: RowBlocks? { imageBlocks }

  // MARK: Memory

  private var channels: Int { projection.inputChannels }
  private var inputCount: Int { imageBlocks.rowsPerBlock * channels }
  private var outputCount: Int { imageBlocks.rowsPerBlock * projection.outputChannels }

  var needs: LayerNeeds {
    LayerNeeds(
      keepsInputs: true, kept: [gate.valueCount],
      scratch: [workers * inputCount, projection.packedCount, gate.packedCount],
      reverseScratch: [
        workers * inputCount, workers * inputCount, workers * outputCount,
        projection.transposedCount, chunks * projection.gradientCount, gate.valueCount,
        gate.transposedCount, gate.gradientCount,
      ])
  }

  /// The memory of `backward` alone, in the order of its needs.
  private struct ReverseScratch {
    // Per worker: a block's activated values, then gated; the gradient of the gated values; the
    // corrected gradient of the output.
    let values: Output
    let gradient: Output
    let outputGradient: Output
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
      transposed = buffers[3]
      sums = buffers[4]
      gateGradients = buffers[5]
      gateTransposed = buffers[6]
      gateSums = buffers[7]
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
    guard let target = buffers.inputGradients[0], let reduction = target.reduction else {
      preconditionFailure("the batch norm in front of the chain has a gradient")
    }
    let transform = transform(buffers)
    let scratch = ReverseScratch(buffers.reverseScratch)
    projection.packTransposed(pass.parameters, into: scratch.transposed)
    gate.packTransposed(pass.parameters, into: scratch.gateTransposed)
    let chunks = imageBlocks.chunks(images: pass.images)
    pass.forEach(chunks) { chunk, worker in
      let values = scratch.values + worker * inputCount
      let gradient = scratch.gradient + worker * inputCount
      let mine = imageBlocks.chunk(chunk, images: pass.images)
      for block in mine {
        let rows = imageBlocks.rows(block, images: pass.images)
        let start = rows.lowerBound * channels
        let dy = kernels.normalization.rows(
          rows, channels: projection.outputChannels, ofGradient: buffers.outputGradient,
          buffers.correction, scratch: scratch.outputGradient + worker * outputCount)
        // The slopes wait where the gradient will be.
        kernels.normalization.valuesAndSlopes(
          rows.count, channels, buffers.inputs[0] + start, transform, values,
          target.values + start)
        projection.multiplyTransposed(rows.count, dy, scratch.transposed, into: gradient)
        throughGate(block, values, gradient, scratch, buffers, pass)
        projection.addGradients(
          rows.count, values, dy, to: scratch.sums + chunk * projection.gradientCount,
          accumulates: block > mine.lowerBound)
        for image in imageBlocks.images(block, images: pass.images) {
          let first = image * pixels
          reduction.reduce(
            block, rows: first..<first + pixels,
            of: gradient + (first - rows.lowerBound) * channels,
            gate: gate.factors(image, in: buffers.kept[0]),
            addend: gate.means(image, in: scratch.gateGradients),
            slopes: target.values + first * channels, accumulates: first > rows.lowerBound)
        }
      }
    }
    kernels.elementwise.addUp(chunks, of: projection.gradientCount, scratch.sums)
    projection.takeGradients(scratch.sums, into: pass.gradients)
    gate.takeGradients(
      images: pass.images, buffers.kept[0], scratch.gateGradients, scratch: scratch.gateSums,
      into: pass.gradients)
  }

  /// Gates a block's values, and makes what every pixel's gradient gets through the means.
  private func throughGate(
    _ block: Int, _ values: Output, _ gradient: Input, _ scratch: ReverseScratch,
    _ buffers: LayerBuffers, _ pass: TrainingPass
  ) {
    let images = imageBlocks.images(block, images: pass.images)
    for image in images {
      let place = place(image, in: images)
      kernels.elementwise.rowProducts(
        pixels, channels, values + place, gradient + place,
        gate.factors(image, in: scratch.gateGradients))
    }
    scale(values, images, by: buffers.kept[0])
    gate.backward(images, buffers.kept[0], scratch.gateGradients, scratch.gateTransposed)
    for image in images {
      let means = gate.means(image, in: scratch.gateGradients)
      for channel in 0..<channels { means[channel] /= Float(pixels) }
    }
  }
}
