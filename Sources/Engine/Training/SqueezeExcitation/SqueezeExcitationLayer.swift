import Architectures
import Kernels

/// A `SqueezeExcitationChain` as one layer, with the activation in front of it.
///
/// Images go through the chain a few at a time, so the activation is computed once forward and
/// once backward, where it gives value and slope; all that reads its values, the mean, the
/// product and the convolution, then finds them in the cache.
///
/// Going back, a large image goes in tiles of rows, whose values never leave the cache.
struct SqueezeExcitationLayer: TrainingLayer {
  let pixels: Int
  let gate: GateChain
  let projection: ChannelMatrix
  let kernels: KernelSet
  let imageBlocks: RowBlocks
  /// Tiles of an image going back; nil where blocks go whole.
  let tiles: Int?
  private let workers: Int
  private let chunks: Int

  /// Floats that a tile's operands may have: 192 KB. The second-level cache holds more, but weights
  /// and what is fetched ahead need their share.
  private static let tileBudget = 49_152
  /// Rows of a block, about, where there are as many: fewer would not be worth reading the weights
  /// for.
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
    tiles = isTiled ? min(pixels, (floats + Self.tileBudget - 1) / Self.tileBudget) : nil
  }

  var blocks: RowBlocks? { imageBlocks }
  var gradientBlocks: RowBlocks? { imageBlocks }

  // MARK: Memory

  var channels: Int { projection.inputChannels }
  private var inputCount: Int { MemoryPlan.workerStride(imageBlocks.rowsPerBlock * channels) }
  /// Floats of a worker going back: of the rows that are in work at a time, of those whose output
  /// gradients are at hand, and of one image's products, where it goes in tiles.
  private var reverseCounts: SqueezeExcitationScratch.Counts {
    let block = imageBlocks.rowsPerBlock
    return SqueezeExcitationScratch.Counts(
      values: (tiles.map { (pixels + $0 - 1) / $0 } ?? block) * channels,
      outputs: (tiles == nil ? block : pixels) * projection.outputChannels,
      products: tiles == nil ? 0 : projection.gradientCount)
  }

  var needs: LayerNeeds {
    let worker = reverseCounts
    return LayerNeeds(
      keepsInputs: true, kept: [gate.valueCount],
      scratch: [workers * inputCount, projection.packedCount, gate.packedCount],
      reverseScratch: [
        workers * worker.values, workers * worker.values, workers * worker.outputs,
        workers * worker.products, projection.transposedCount,
        chunks * projection.gradientCount, gate.valueCount, gate.transposedCount,
        gate.gradientCount,
      ])
  }

  /// - Returns: what is still to be done to the input.
  func transform(_ buffers: LayerBuffers) -> ChannelTransform {
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
    pass.forEach(2, floats: projection.packedCount) { task, _ in
      if task == 0 {
        projection.pack(pass.parameters, into: packed)
      } else {
        gate.pack(pass.parameters, into: gatePacked)
      }
    }
    pass.forEach(imageBlocks.count(images: pass.images)) { block, worker in
      let images = imageBlocks.images(block, images: pass.images)
      let rows = imageBlocks.rows(block, images: pass.images)
      let values = buffers.scratch[0] + worker * inputCount
      kernels.normalization.apply(
        rows.count, channels, buffers.inputs[0] + rows.lowerBound * channels, transform, nil,
        values)
      for image in images {
        kernels.elementwise.columnSums(
          pixels, channels, values + place(image, in: images), 1 / Float(pixels), false,
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
  func place(_ image: Int, in images: Range<Int>) -> Int {
    (image - images.lowerBound) * pixels * channels
  }

  /// Multiplies each image's values by its factors.
  func scale(_ values: Output, _ images: Range<Int>, by gateValues: Output) {
    for image in images {
      let values = values + place(image, in: images)
      kernels.elementwise.scaleRows(
        pixels, channels, values, gate.factors(image, in: gateValues), values)
    }
  }

  // MARK: Backward

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let scratch = SqueezeExcitationScratch(buffers.reverseScratch)
    pass.forEach(2, floats: projection.transposedCount) { task, _ in
      if task == 0 {
        projection.packTransposed(pass.parameters, into: scratch.transposed)
      } else {
        gate.packTransposed(pass.parameters, into: scratch.gateTransposed)
      }
    }
    let chunks = imageBlocks.chunks(images: pass.images)
    let counts = reverseCounts
    pass.forEach(chunks) { chunk, worker in
      let mine = SqueezeExcitationGradients(
        layer: self, buffers: buffers, pass: pass,
        scratch: scratch.share(
          of: worker, counts, sums: chunk * projection.gradientCount))
      mine.take(imageBlocks.chunk(chunk, images: pass.images))
    }
    projection.takeGradients(chunks, scratch.sums, pass)
    gate.takeGradients(
      buffers.kept[0], scratch.gateGradients, scratch: scratch.gateSums, pass)
  }
}

/// The memory of `SqueezeExcitationLayer.backward` alone.
struct SqueezeExcitationScratch {
  /// Floats from one worker's part to the next one's.
  struct Counts {
    let values: Int
    let outputs: Int
    let products: Int

    /// The parameters are the floats that a worker needs of each.
    init(values: Int, outputs: Int, products: Int) {
      self.values = MemoryPlan.workerStride(values)
      self.outputs = MemoryPlan.workerStride(outputs)
      self.products = MemoryPlan.workerStride(products)
    }
  }

  // One after the other, of each worker: activated values; the gradient of the gated values; the
  // corrected gradient of the output; one image's products.
  private(set) var values: Output
  private(set) var gradient: Output
  private(set) var outputGradient: Output
  private(set) var products: Output
  let transposed: Output
  /// `[chunks, ChannelMatrix.gradientCount]`
  private(set) var sums: Output
  let gateGradients: Output
  let gateTransposed: Output
  let gateSums: Output

  /// - Parameter buffers: in the order of the layer's needs.
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

  /// What a worker uses for a chunk.
  ///
  /// - Parameter sums: floats in front of the chunk's own.
  func share(of worker: Int, _ counts: Counts, sums offset: Int) -> Self {
    var share = self
    share.values += worker * counts.values
    share.gradient += worker * counts.values
    share.outputGradient += worker * counts.outputs
    share.products += worker * counts.products
    share.sums += offset
    return share
  }
}
