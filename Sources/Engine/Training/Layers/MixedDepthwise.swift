import Architectures
import Kernels

/// A mixed depthwise convolution, or a square convolution with a group for every channel.
struct MixedDepthwiseLayer: TrainingLayer {
  private let parameters: DepthwiseParameters
  private let kernels: DepthwiseKernels
  private let elementwise: ElementwiseKernels
  private let imageBlocks: RowBlocks
  private let workers: Int
  private let chunks: Int
  private let scratchCount: Int

  init(_ parameters: DepthwiseParameters, _ site: LayerSite) {
    self.parameters = parameters
    kernels = site.kernels.depthwise
    elementwise = site.kernels.elementwise
    imageBlocks = RowBlocks(
      rowsPerImage: site.output.height * site.output.width,
      wholeImagesOf: 2 * site.input.elementCount + 2 * site.output.elementCount)
    workers = site.workers
    chunks = imageBlocks.chunks(images: site.batchSize)
    scratchCount = site.scratchCount(parameters.layout)
  }

  private var layout: DepthwiseLayout { parameters.layout }

  var blocks: RowBlocks? { imageBlocks }

  /// The same images, with the pixels of the input.
  var gradientBlocks: RowBlocks? {
    let pixels = layout.geometry.height * layout.geometry.width
    return RowBlocks(rowsPerImage: pixels, imagesOf: imageBlocks)
  }

  var needs: LayerNeeds {
    LayerNeeds(
      keepsInputs: true, kept: [layout.packedCount],
      scratch: [workers * scratchCount, parameters.scratchCount],
      reverseScratch: [
        workers * scratchCount, chunks * layout.packedCount, parameters.scratchCount,
      ])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packed = buffers.kept[0]
    parameters.pack(pass, into: packed, scratch: buffers.scratch[1])
    let geometry = layout.geometry
    pass.forEach(imageBlocks.count(images: pass.images)) { block, worker in
      let images = imageBlocks.images(block, images: pass.images)
      let x = images.lowerBound * geometry.height * geometry.width * geometry.channels
      let y = images.lowerBound * imageBlocks.rowsPerImage * geometry.channels
      kernels.forward(
        DepthwiseForward(
          layout: layout, images: images.count, rows: 0..<images.count * geometry.outputHeight,
          input: buffers.inputs[0] + x, transform: buffers.transforms[0],
          weights: packed, output: buffers.output + y,
          scratch: buffers.scratch[0] + worker * scratchCount))
      buffers.moments?.write(
        block, rows: images.count * imageBlocks.rowsPerImage, of: buffers.output + y)
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let sums = buffers.reverseScratch[1]
    let chunks = imageBlocks.chunks(images: pass.images)
    sums.update(repeating: 0, count: chunks * layout.packedCount)
    pass.forEach(chunks) { chunk, worker in
      let mine = imageBlocks.chunk(chunk, images: pass.images)
      for block in mine {
        let images = imageBlocks.images(block, images: pass.images)
        let next =
          mine.contains(block + 1) ? imageBlocks.images(block + 1, images: pass.images) : nil
        addGradients(
          of: images, next: next?.count ?? 0, isFirst: block == mine.lowerBound, buffers,
          to: sums + chunk * layout.packedCount,
          scratch: buffers.reverseScratch[0] + worker * scratchCount)
        guard let target = buffers.inputGradients[0] else { continue }
        let pixels = layout.geometry.height * layout.geometry.width
        target.reduction?.sumUp(
          block, rows: images.lowerBound * pixels..<images.upperBound * pixels,
          of: target.values)
      }
    }
    ChunkSums(chunks: chunks, stride: layout.packedCount, values: sums, kernels: elementwise)
      .addUp(layout.packedCount, pass)
    parameters.unpack(sums, pass, scratch: buffers.reverseScratch[2])
  }

  private func addGradients(
    of images: Range<Int>, next: Int, isFirst: Bool, _ buffers: LayerBuffers, to sums: Output,
    scratch: Output
  ) {
    let geometry = layout.geometry
    let x = images.lowerBound * geometry.height * geometry.width * geometry.channels
    let y = images.lowerBound * imageBlocks.rowsPerImage * geometry.channels
    var correction = buffers.correction
    correction?.values += y
    let target = buffers.inputGradients[0]
    kernels.backward(
      DepthwiseBackward(
        layout: layout, images: images.count, rows: 0..<images.count * geometry.outputHeight,
        input: buffers.inputs[0] + x, transform: buffers.transforms[0],
        outputGradient: buffers.outputGradient + y, correction: correction,
        weights: buffers.kept[0], inputGradient: target.map { $0.values + x },
        passesActivation: target?.reduction != nil, weightGradient: sums, scratch: scratch,
        nextRows: next * geometry.outputHeight, isFetched: !isFirst))
  }
}
