import Architectures
import Kernels

/// A mixed depthwise convolution, or a square convolution with a group for every channel.
struct MixedDepthwiseLayer: TrainingLayer {
  /// How the weights are stored.
  enum WeightOrder {
    /// Per group `[kernel, kernel, channels]`, as mixed depthwise convolutions have them.
    case channelsLast
    /// `[channels, kernel, kernel]`, as grouped convolutions have them.
    case channelsFirst
  }

  let layout: DepthwiseLayout
  let weights: Int
  let order: WeightOrder
  let kernels: DepthwiseKernels
  private let imageBlocks: RowBlocks
  private let workers: Int
  private let chunks: Int
  private let scratchCount: Int

  init(_ depthwise: MixedDepthwise, _ site: LayerSite) {
    self.init(
      layout: depthwise.layout(
        input: site.input, output: site.output, vectorWidth: site.kernels.vectorWidth),
      order: .channelsLast, site)
  }

  /// - Precondition: the convolution is square and has a group and an output for every channel.
  init(_ convolution: Convolution, _ site: LayerSite) {
    let padding = convolution.resolvedPadding(for: site.input)
    let layout = DepthwiseLayout(
      geometry: DepthwiseGeometry(
        height: site.input.height, width: site.input.width, channels: site.input.channels,
        outputHeight: site.output.height, outputWidth: site.output.width,
        stride: convolution.stride.height),
      groups: [
        DepthwiseChannelGroup(
          channels: site.input.channels, kernel: convolution.kernel.height,
          dilation: convolution.dilation.height, padTop: padding.top, padLeft: padding.left)
      ], vectorWidth: site.kernels.vectorWidth)
    self.init(layout: layout, order: .channelsFirst, site)
  }

  private init(layout: DepthwiseLayout, order: WeightOrder, _ site: LayerSite) {
    self.layout = layout
    self.order = order
    weights = site.offset(.weight)
    kernels = site.kernels.depthwise
    imageBlocks = RowBlocks(
      rowsPerImage: site.output.height * site.output.width,
      wholeImagesOf: 2 * site.input.elementCount + 2 * site.output.elementCount)
    workers = site.workers
    chunks = imageBlocks.chunks(images: site.batchSize)
    // Whole cache lines, so that every worker's begins with one.
    let grain = MemoryPlan.alignment
    scratchCount = (kernels.scratchCount(layout) + grain - 1) / grain * grain
    elementwise = site.kernels.elementwise
  }

  private let elementwise: ElementwiseKernels

  var blocks: RowBlocks? { imageBlocks }

  /// The same images, with the pixels of the input.
  var gradientBlocks: RowBlocks? {
    let pixels = layout.geometry.height * layout.geometry.width
    return RowBlocks(
      rowsPerImage: pixels, imagesPerBlock: imageBlocks.rowsPerBlock / imageBlocks.rowsPerImage)
  }

  var needs: LayerNeeds {
    let reordered = order == .channelsFirst ? [layout.canonicalCount] : []
    return LayerNeeds(
      keepsInputs: true, kept: [layout.packedCount],
      scratch: [workers * scratchCount] + reordered,
      reverseScratch: [workers * scratchCount, chunks * layout.packedCount] + reordered)
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packed = buffers.kept[0]
    switch order {
    case .channelsLast:
      layout.pack(pass.parameters + weights, into: packed)
    case .channelsFirst:
      transpose(
        pass.parameters + weights, rows: layout.geometry.channels, into: buffers.scratch[1])
      layout.pack(buffers.scratch[1], into: packed)
    }
    let geometry = layout.geometry
    pass.forEach(imageBlocks.count(images: pass.images)) { block, worker in
      let images = images(block, pass)
      let x = images.lowerBound * geometry.height * geometry.width * geometry.channels
      let y = images.lowerBound * imageBlocks.rowsPerImage * geometry.channels
      kernels.forward(
        DepthwiseForward(
          layout: layout, images: images.count, rows: 0..<images.count * geometry.outputHeight,
          input: buffers.inputs[0] + x, transform: buffers.transforms[0]?.channels,
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
      for block in imageBlocks.chunk(chunk, images: pass.images) {
        addGradients(
          of: images(block, pass), buffers, to: sums + chunk * layout.packedCount,
          scratch: buffers.reverseScratch[0] + worker * scratchCount)
        guard let target = buffers.inputGradients[0] else { continue }
        let images = images(block, pass)
        let pixels = layout.geometry.height * layout.geometry.width
        target.reduction?.reduce(
          block, rows: images.lowerBound * pixels..<images.upperBound * pixels,
          of: target.values)
      }
    }
    for chunk in 1..<max(chunks, 1) {
      elementwise.add(layout.packedCount, sums, sums + chunk * layout.packedCount, sums)
    }
    switch order {
    case .channelsLast:
      layout.unpack(sums, into: pass.gradients + weights)
    case .channelsFirst:
      let reordered = buffers.reverseScratch[2]
      layout.unpack(sums, into: reordered)
      transpose(
        reordered, rows: layout.canonicalCount / layout.geometry.channels,
        into: pass.gradients + weights)
    }
  }

  private func addGradients(
    of images: Range<Int>, _ buffers: LayerBuffers, to sums: Output, scratch: Output
  ) {
    let geometry = layout.geometry
    let x = images.lowerBound * geometry.height * geometry.width * geometry.channels
    let y = images.lowerBound * imageBlocks.rowsPerImage * geometry.channels
    var correction = buffers.correction
    correction?.values += y
    kernels.backward(
      DepthwiseBackward(
        layout: layout, images: images.count, vectors: 0..<layout.vectorCount,
        input: buffers.inputs[0] + x, transform: buffers.transforms[0]?.channels,
        outputGradient: buffers.outputGradient + y, correction: correction,
        weights: buffers.kept[0], inputGradient: buffers.inputGradients[0].map { $0.values + x },
        weightGradient: sums, scratch: scratch))
  }

  private func images(_ block: Int, _ pass: TrainingPass) -> Range<Int> {
    let rows = imageBlocks.rows(block, images: pass.images)
    return rows.lowerBound / imageBlocks.rowsPerImage..<rows.upperBound / imageBlocks.rowsPerImage
  }

  private func transpose(_ matrix: Input, rows: Int, into transposed: Output) {
    let columns = layout.canonicalCount / rows
    for row in 0..<rows {
      for column in 0..<columns {
        transposed[column * rows + row] = matrix[row * columns + column]
      }
    }
  }
}
