import Architectures
import Kernels

/// An `ExpansionChain` as one layer: the expanded values, by far the largest of a network, are
/// never stored.
///
/// Forward and backward, images go through the chain a few at a time, large ones in bands of
/// rows, and what the 1×1 convolution makes of them stays in the cache until the depthwise
/// convolution has read it; rows around a band that its windows reach into are made for every band
/// that reads them. Going back, a band's own rows are made again, which costs less than reading
/// them from memory. The batch norm in between needs moments and sums over the whole batch before
/// it can do anything; `ExpansionMatrix` says how they are had without the values themselves.
struct ExpandedDepthwiseLayer: TrainingLayer {
  private let matrix: ExpansionMatrix
  private let normalization: NormalizationParameters
  private let activation: KernelActivation
  private let depthwise: DepthwiseParameters
  private let kernels: KernelSet
  private let forwardBands: DepthwiseBands
  private let backwardBands: DepthwiseBands
  /// Pixels of the input, where it is all that is read.
  private let inputBlocks: RowBlocks
  private let workers: Int
  private let batchSize: Int
  private let depthwiseScratch: Int

  init(_ chain: ExpansionChain, in graph: NetworkGraph, _ site: (Int) -> LayerSite) {
    let (first, last) = (site(chain.convolution), site(chain.depthwise))
    guard case .convolution(let convolution) = graph.nodes[chain.convolution].operation,
      case .batchNormalization(let normalization) = graph.nodes[chain.normalization].operation,
      let depthwise = graph.nodes[chain.depthwise].operation.depthwiseParameters(last)
    else { preconditionFailure("the chain is an expansion and a depthwise convolution") }
    matrix = ExpansionMatrix(
      groups: convolution.channelGroups(first), inputChannels: first.input.channels,
      channels: first.output.channels, first.kernels.pointwise)
    self.normalization = NormalizationParameters(normalization, site(chain.normalization))
    activation = KernelActivation(chain.activation)
    self.depthwise = depthwise
    kernels = first.kernels
    let rowFloats = (
      expanded: first.output.width * first.output.channels,
      input: first.input.width * first.input.channels,
      output: last.output.width * last.output.channels
    )
    forwardBands = DepthwiseBands(
      depthwise.layout, inputs: rowFloats.expanded + rowFloats.input, own: 0,
      outputs: rowFloats.output)
    backwardBands = DepthwiseBands(
      depthwise.layout, inputs: 0, own: 2 * rowFloats.expanded + rowFloats.input,
      outputs: 2 * rowFloats.output)
    inputBlocks = RowBlocks(
      rowsPerImage: first.input.height * first.input.width, floats: 4 * first.input.channels)
    workers = first.workers
    batchSize = first.batchSize
    depthwiseScratch = last.scratchCount(depthwise.layout)
  }

  var blocks: RowBlocks? { forwardBands.blocks }
  var gradientBlocks: RowBlocks? { inputBlocks }

  // MARK: Memory

  private var inputWidth: Int { depthwise.layout.geometry.width }
  private var bandPixels: Int {
    max(forwardBands.mostInputs, backwardBands.mostOwn) * inputWidth
  }
  private var inputCount: Int {
    MemoryPlan.workerStride(
      max(bandPixels, inputBlocks.rowsPerBlock) * matrix.inputChannels)
  }
  /// The depthwise kernel takes a band for part of an image, and may load a vector that ends
  /// behind it.
  private var expandedCount: Int {
    MemoryPlan.workerStride(bandPixels * matrix.channels + depthwise.layout.vectorWidth)
  }
  /// Floats of a chunk's sums for the moments: `C`, then those of the rows themselves.
  private var momentCount: Int { matrix.counts.covariance + matrix.inputChannels }
  /// Floats of a chunk's sums for the weights, then those of the gradient itself.
  private var gradientCount: Int {
    matrix.counts.weights + depthwise.layout.packedCount + matrix.channels
  }

  var needs: LayerNeeds {
    LayerNeeds(
      keepsInputs: true, addsToGradients: true,
      kept: [
        matrix.counts.packed, depthwise.layout.packedCount, 7 * matrix.channels,
        matrix.inputChannels, matrix.counts.weights,
      ],
      scratch: [
        workers * inputCount, workers * expandedCount, workers * depthwiseScratch,
        depthwise.scratchCount, inputBlocks.chunks(images: batchSize) * momentCount,
        2 * matrix.inputChannels,
      ],
      reverseScratch: [
        workers * inputCount, workers * expandedCount, workers * depthwiseScratch,
        depthwise.scratchCount, workers * expandedCount,
        backwardBands.blocks.chunks(images: batchSize) * gradientCount, matrix.channels,
        matrix.counts.transposed, matrix.counts.feedback,
        matrix.inputChannels, matrix.feedbackScratchCount,
      ])
  }

  /// What lasts from `forward` to `backward`.
  private struct Kept {
    let packed: Output
    let depthwise: Output
    let state: NormalizationBuffers
    /// `[inputChannels]`, of the input.
    let mean: Output
    /// `ExpansionMatrix`'s T.
    let products: Output
  }

  private func kept(_ buffers: LayerBuffers) -> Kept {
    func row(_ index: Int) -> Output { buffers.kept[2] + index * matrix.channels }
    // `moments` and `sums` are never written: what is made of the input and its products stands
    // for moments and sums of blocks.
    return Kept(
      packed: buffers.kept[0], depthwise: buffers.kept[1],
      state: NormalizationBuffers(
        channels: matrix.channels, activation: activation, mean: row(0),
        inverseDeviation: row(1), scale: row(2), shift: row(3), gradientScale: row(4),
        valueScale: row(5), correctionShift: row(6), moments: row(0), momentBlocks: inputBlocks,
        sums: row(0), sumBlocks: inputBlocks),
      mean: buffers.kept[3], products: buffers.kept[4])
  }

  // MARK: Forward

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let kept = kept(buffers)
    let scratch = ExpansionScratch(buffers.scratch)
    matrix.pack(pass.parameters, into: kept.packed)
    depthwise.pack(pass, into: kept.depthwise, scratch: scratch.weights)
    if pass.isTraining {
      takeMoments(kept, scratch, buffers, pass)
      normalization.updateRunning(
        kept.state, rows: pass.images * inputBlocks.rowsPerImage, pass)
    } else {
      normalization.takeRunning(kept.state, pass)
    }
    normalization.makeTransform(kept.state, pass)
    let geometry = depthwise.layout.geometry
    pass.forEach(forwardBands.blocks.count(images: pass.images)) { block, worker in
      let band = forwardBands.band(block, images: pass.images)
      let x = inputRows(
        pixels(band.inputs), buffers, scratch: scratch.input + worker * inputCount)
      let expanded = scratch.expanded + worker * expandedCount
      matrix.expand(pixels(band.inputs).count, x, kept.packed, into: expanded)
      let image = band.images.lowerBound
      let outputs = forwardBands.blocks.rows(block, images: pass.images)
      kernels.depthwise.forward(
        DepthwiseForward(
          layout: depthwise.layout, images: band.images.count, rows: band.outputs,
          input: imageStart(expanded, band.inputs, image), transform: kept.state.transform,
          weights: kept.depthwise,
          output: buffers.output
            + image * geometry.outputHeight * geometry.outputWidth * matrix.channels,
          scratch: scratch.depthwise + worker * depthwiseScratch))
      buffers.moments?.write(
        block, rows: outputs.count, of: buffers.output + outputs.lowerBound * matrix.channels)
    }
  }

  /// The pixels of input rows.
  private func pixels(_ rows: Range<Int>) -> Range<Int> {
    rows.lowerBound * inputWidth..<rows.upperBound * inputWidth
  }

  /// Where an image would begin, some of whose rows begin at `values`.
  ///
  /// - Parameter rows: counted over all images.
  private func imageStart(_ values: Output, _ rows: Range<Int>, _ image: Int) -> Output {
    let above = rows.lowerBound - image * depthwise.layout.geometry.height
    return values - above * inputWidth * matrix.channels
  }

  /// The batch norm's mean and variance, which they leave in `inverseDeviation`.
  ///
  /// Sums are taken of distances from the first block's mean, which is close enough to that of
  /// all for nothing to cancel.
  private func takeMoments(
    _ kept: Kept, _ scratch: ExpansionScratch, _ buffers: LayerBuffers, _ pass: TrainingPass
  ) {
    let channels = matrix.inputChannels
    let (ones, origin) = (scratch.centering, scratch.centering + channels)
    let first = inputBlocks.rows(0, images: pass.images)
    kernels.elementwise.columnSums(
      first.count, channels, inputRows(first, buffers, scratch: scratch.input),
      -1 / Float(first.count), false, origin)
    ones.update(repeating: 1, count: channels)
    let centering = ChannelTransform(scale: ones, shift: origin)
    let sums = scratch.moments
    let chunks = inputBlocks.chunks(images: pass.images)
    sums.update(repeating: 0, count: chunks * momentCount)
    pass.forEach(chunks) { chunk, worker in
      let covariance = sums + chunk * momentCount
      let centered = scratch.input + worker * inputCount
      for block in inputBlocks.chunk(chunk, images: pass.images) {
        let rows = inputBlocks.rows(block, images: pass.images)
        let x = inputRows(rows, buffers, scratch: centered)
        kernels.normalization.apply(rows.count, channels, x, centering, nil, centered)
        matrix.addCovariance(rows.count, centered, to: covariance)
        kernels.elementwise.columnSums(
          rows.count, channels, centered, 1, true, covariance + matrix.counts.covariance)
      }
    }
    ChunkSums(chunks: chunks, stride: momentCount, values: sums, kernels: kernels.elementwise)
      .addUp(momentCount, pass)
    let rows = pass.images * inputBlocks.rowsPerImage
    let distance = sums + matrix.counts.covariance
    matrix.center(sums, rows: rows, sums: distance)
    for channel in 0..<channels {
      kept.mean[channel] = distance[channel] / Float(rows) - origin[channel]
    }
    matrix.moments(
      rows: rows, weights: pass.parameters, packed: kept.packed, mean: kept.mean,
      covariance: sums, products: kept.products,
      into: (kept.state.mean, kept.state.inverseDeviation))
  }

  /// Pixels of the input with all that is still to be done to them.
  private func inputRows(
    _ rows: Range<Int>, _ buffers: LayerBuffers, scratch: Output
  ) -> Input {
    kernels.normalization.rows(
      rows, channels: matrix.inputChannels, of: buffers.inputs[0], buffers.transforms[0],
      scratch: scratch)
  }

  // MARK: Backward

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let scratch = ExpansionReverseScratch(buffers.reverseScratch)
    let kept = kept(buffers)
    let sums = scratch.sums
    let target = buffers.inputGradients[0]
    matrix.packTransposed(
      pass.parameters, scaledBy: kept.state.scale, scratch: scratch.matrices,
      into: scratch.transposed)
    let chunks = backwardBands.blocks.chunks(images: pass.images)
    sums.update(repeating: 0, count: chunks * gradientCount)
    pass.forEach(chunks) { chunk, worker in
      let gradient = scratch.gradient + worker * expandedCount
      let expanded = scratch.expanded + worker * expandedCount
      let sum = sums + chunk * gradientCount
      let mine = backwardBands.blocks.chunk(chunk, images: pass.images)
      for block in mine {
        let band = backwardBands.band(block, images: pass.images)
        let own = pixels(band.own)
        let x = inputRows(own, buffers, scratch: scratch.input + worker * inputCount)
        matrix.expand(own.count, x, kept.packed, into: expanded)
        let next = block + 1 < mine.upperBound ? block + 1 : nil
        depthwiseGradients(
          band, next: next.map { backwardBands.band($0, images: pass.images).outputs.count } ?? 0,
          isFirst: block == mine.lowerBound, expanded, kept, buffers, into: gradient,
          weights: sum + matrix.counts.weights,
          scratch: scratch.depthwise + worker * depthwiseScratch)
        kernels.elementwise.columnSums(
          own.count, matrix.channels, gradient, 1, true,
          sum + matrix.counts.weights + depthwise.layout.packedCount)
        matrix.addWeightGradient(own.count, x, gradient, to: sum)
        guard let target else { continue }
        let start = own.lowerBound * matrix.inputChannels
        matrix.reduce(
          own.count, gradient, scratch.transposed, addend: target.addend.map { $0 + start },
          into: target.values + start)
      }
    }
    ChunkSums(chunks: chunks, stride: gradientCount, values: sums, kernels: kernels.elementwise)
      .addUp(gradientCount, pass)
    let gradientSum = sums + matrix.counts.weights + depthwise.layout.packedCount
    matrix.centeredProducts(
      weights: pass.parameters, sums: sums, mean: kept.mean, gradientSum: gradientSum,
      into: scratch.products)
    normalization.takeSums(
      kept.state, gradientSum: gradientSum, products: scratch.products,
      rows: pass.images * inputBlocks.rowsPerImage, pass)
    matrix.weightGradient(
      rows: pass.images * inputBlocks.rowsPerImage, sums: sums, products: kept.products,
      mean: kept.mean, kept.state, into: pass.gradients + matrix.firstWeight)
    depthwise.unpack(sums + matrix.counts.weights, pass, scratch: scratch.weights)
    if let target { feedBack(into: target, kept, scratch, buffers, pass) }
  }

  /// - Parameter next: output rows of the next band.
  private func depthwiseGradients(
    _ band: DepthwiseBands.Band, next: Int, isFirst: Bool, _ expanded: Output, _ kept: Kept,
    _ buffers: LayerBuffers, into gradient: Output, weights: Output, scratch: Output
  ) {
    let geometry = depthwise.layout.geometry
    let image = band.images.lowerBound
    let y = image * geometry.outputHeight * geometry.outputWidth * matrix.channels
    var correction = buffers.correction
    correction?.values += y
    kernels.depthwise.backward(
      DepthwiseBackward(
        layout: depthwise.layout, images: band.images.count, rows: band.outputs,
        input: imageStart(expanded, band.own, image), transform: kept.state.transform,
        outputGradient: buffers.outputGradient + y, correction: correction,
        weights: kept.depthwise, inputGradient: imageStart(gradient, band.own, image),
        passesActivation: true, weightGradient: weights, scratch: scratch, nextRows: next,
        isFetched: !isFirst))
  }

  /// The part of the input's gradient that had to wait for the sums over the whole batch.
  private func feedBack(
    into target: GradientTarget, _ kept: Kept, _ scratch: ExpansionReverseScratch,
    _ buffers: LayerBuffers, _ pass: TrainingPass
  ) {
    matrix.packFeedback(
      pass.parameters, kept.state, scratch: scratch.matrices, into: scratch.feedback,
      bias: scratch.feedbackBias)
    pass.forEach(inputBlocks.count(images: pass.images)) { block, worker in
      let rows = inputBlocks.rows(block, images: pass.images)
      let x = inputRows(rows, buffers, scratch: scratch.input + worker * inputCount)
      matrix.feedBack(
        rows.count, x, scratch.feedback, bias: scratch.feedbackBias,
        into: target.values + rows.lowerBound * matrix.inputChannels)
      target.reduction?.reduce(block, rows: rows, of: target.values)
    }
  }
}
