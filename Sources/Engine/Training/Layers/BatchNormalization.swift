import Architectures
import Kernels

/// Batch norm and the activation behind it.
///
/// What the layers around it take over (`DeferralPlan`) is left out here; at the least, it turns
/// the sums of blocks into a scale and a shift for each channel, forward and backward. The
/// normalised values are not kept: `backward` makes them again from the layer's input.
struct BatchNormalizationLayer: TrainingLayer {
  let activation: KernelActivation
  let deferral: DeferralPlan.Normalization
  let channels: Int
  let parameters: NormalizationParameters
  let kernels: NormalizationKernels
  /// The blocks in which it sums up by itself.
  let ownBlocks: RowBlocks

  init(
    _ normalization: BatchNormalization, followedBy activation: Activation?,
    _ deferral: DeferralPlan.Normalization, _ site: LayerSite
  ) {
    self.activation = KernelActivation(activation)
    self.deferral = deferral
    channels = site.output.channels
    parameters = NormalizationParameters(normalization, site)
    kernels = site.kernels.normalization
    let pixels = site.output.height * site.output.width
    ownBlocks = RowBlocks(rowsPerImage: pixels, wholeImagesOf: 3 * pixels * channels)
  }

  /// Whether the gradient in front of the activation is that behind it.
  private var passesThroughActivation: Bool {
    if case .identity = activation { true } else { false }
  }

  var needs: LayerNeeds {
    let leavesGradient = deferral.readerReduces || passesThroughActivation
    let passes = deferral.sourceTakesPart && leavesGradient
    return LayerNeeds(
      keepsInputs: true, reversesInPlace: true, passesGradientTo: passes ? [0] : [])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let state = buffers.normalization else { return }
    let x = buffers.inputs[0]
    if pass.isTraining {
      if !deferral.sourceTakesPart {
        let moments = state.blockMoments(kernels)
        pass.forEach(ownBlocks.count(images: pass.images)) { block, _ in
          let rows = ownBlocks.rows(block, images: pass.images)
          moments.write(block, rows: rows.count, of: x + rows.lowerBound * channels)
        }
      }
      // The variance, until its place is taken by what comes of it.
      state.combineMoments(images: pass.images, variance: state.inverseDeviation)
      parameters.updateRunning(state, rows: pass.images * ownBlocks.rowsPerImage, pass)
    } else {
      parameters.takeRunning(state, pass)
    }
    parameters.makeTransform(state, pass)
    guard !deferral.isDeferred else { return }
    pass.forEachShare(of: pass.images * ownBlocks.rowsPerImage) { rows in
      let start = rows.lowerBound * channels
      kernels.apply(
        rows.count, channels, x + start, state.transform, nil, buffers.output + start)
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let state = buffers.normalization else { return }
    let x = buffers.inputs[0]
    let target = buffers.inputGradients[0]?.values
    if !deferral.readerReduces { reduce(buffers, state, pass) }
    parameters.combineSums(state, pass)
    guard let target, !deferral.sourceTakesPart else { return }
    let gradient =
      deferral.readerReduces || passesThroughActivation ? buffers.outputGradient : Input(target)
    pass.forEachShare(of: pass.images * ownBlocks.rowsPerImage) { rows in
      let start = rows.lowerBound * channels
      kernels.correct(
        rows.count, channels, gradient + start, state.correction(of: x + start), target + start)
    }
  }

  /// Takes the gradient through the activation, if there is one, and sums it up.
  private func reduce(
    _ buffers: LayerBuffers, _ state: NormalizationBuffers, _ pass: TrainingPass
  ) {
    let gradient = passesThroughActivation ? nil : buffers.inputGradients[0]?.values
    let reduction = state.blockReduction(of: buffers.inputs[0], kernels)
    pass.forEach(ownBlocks.count(images: pass.images)) { block, _ in
      reduction.reduce(
        block, rows: ownBlocks.rows(block, images: pass.images), of: buffers.outputGradient,
        into: gradient)
    }
  }
}

extension NormalizationBuffers {
  /// Mean and biased variance of the batch from those of its blocks (Chan et al. 1979), first
  /// all means, then the distances from the whole mean.
  fileprivate func combineMoments(images: Int, variance: Output) {
    let blocks = momentBlocks.count(images: images)
    let rows = Float(images * momentBlocks.rowsPerImage)
    mean.update(repeating: 0, count: channels)
    variance.update(repeating: 0, count: channels)
    for block in 0..<blocks {
      let share = Float(momentBlocks.rows(block, images: images).count) / rows
      let partial = moments + block * 2 * channels
      for channel in 0..<channels { mean[channel] += share * partial[channel] }
    }
    for block in 0..<blocks {
      let share = Float(momentBlocks.rows(block, images: images).count) / rows
      let partial = moments + block * 2 * channels
      let squares = partial + channels
      for channel in 0..<channels {
        let distance = partial[channel] - mean[channel]
        variance[channel] += squares[channel] / rows + share * (distance * distance)
      }
    }
  }
}
