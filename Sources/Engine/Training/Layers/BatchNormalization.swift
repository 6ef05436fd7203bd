import Architectures
import Kernels

/// Batch norm and the activation behind it, in one pass each way.
///
/// The normalised values are not kept: `backward` makes them again from the layer's input. The
/// running variance takes in the unbiased variance of the batch, as in PyTorch; the batch itself
/// is normalised with the biased one, as everywhere.
struct BatchNormalizationLayer: TrainingLayer {
  let normalization: BatchNormalization
  let activation: KernelActivation
  let pixels: Int
  let channels: Int
  let gamma: Int
  let beta: Int
  let runningMean: Int
  let runningVariance: Int
  let kernels: NormalizationKernels

  init(_ normalization: BatchNormalization, followedBy activation: Activation?, _ site: LayerSite) {
    self.normalization = normalization
    self.activation = KernelActivation(activation)
    pixels = site.output.height * site.output.width
    channels = site.output.channels
    gamma = site.offset(.gamma)
    beta = site.offset(.beta)
    runningMean = site.offset(.runningMean)
    runningVariance = site.offset(.runningVariance)
    kernels = site.kernels.normalization
  }

  var needs: LayerNeeds {
    LayerNeeds(
      keepsInputs: true, reversesInPlace: true, kept: [channels, channels],
      scratch: [channels, channels])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let (mean, inverseDeviation) = (buffers.kept[0], buffers.kept[1])
    let (scale, shift) = (buffers.scratch[0], buffers.scratch[1])
    let rows = pass.images * pixels
    if pass.isTraining {
      // The second buffer holds the variance until its place is taken by what comes of it.
      kernels.moments(rows, channels, buffers.inputs[0], mean, inverseDeviation)
      updateRunning(rows: rows, mean: mean, variance: inverseDeviation, pass)
    } else {
      mean.update(from: pass.parameters + runningMean, count: channels)
      inverseDeviation.update(from: pass.parameters + runningVariance, count: channels)
    }
    let (gamma, beta) = (pass.parameters + gamma, pass.parameters + beta)
    let epsilon = Float(normalization.epsilon)
    for channel in 0..<channels {
      let inverse = 1 / (inverseDeviation[channel] + epsilon).squareRoot()
      inverseDeviation[channel] = inverse
      scale[channel] = gamma[channel] * inverse
      shift[channel] = beta[channel] - mean[channel] * scale[channel]
    }
    kernels.apply(rows, channels, buffers.inputs[0], scale, shift, activation, buffers.output)
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    guard let target = buffers.inputGradients[0] else { return }
    kernels.gradient(
      NormalizationGradient(
        rows: pass.images * pixels, channels: channels, x: buffers.inputs[0],
        mean: buffers.kept[0], inverseDeviation: buffers.kept[1],
        gamma: pass.parameters + gamma, beta: pass.parameters + beta, activation: activation,
        outputGradient: buffers.outputGradient, inputGradient: target.values,
        gammaGradient: pass.gradients + gamma, betaGradient: pass.gradients + beta))
  }

  private func updateRunning(rows: Int, mean: Input, variance: Input, _ pass: TrainingPass) {
    let (runningMean, runningVariance) = (
      pass.parameters + runningMean, pass.parameters + runningVariance
    )
    let kept = Float(normalization.momentum)
    let taken = Float(1 - normalization.momentum)
    // A single row has no unbiased variance; its biased one is 0.
    let unbiased = rows > 1 ? Float(rows) / Float(rows - 1) : 1
    for channel in 0..<channels {
      runningMean[channel] = kept * runningMean[channel] + taken * mean[channel]
      runningVariance[channel] =
        kept * runningVariance[channel] + taken * unbiased * variance[channel]
    }
  }
}
