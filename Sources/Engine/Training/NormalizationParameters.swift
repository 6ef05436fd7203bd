import Architectures
import Kernels

/// A batch norm's trained parameters and running statistics, and what they make of the moments
/// and sums of a batch.
///
/// The running variance takes in the unbiased variance of the batch, as in PyTorch; the batch
/// itself is normalised with the biased one, as everywhere.
struct NormalizationParameters {
  private let channels: Int
  // Offsets among all weights.
  private let gamma: Int
  private let beta: Int
  private let runningMean: Int
  private let runningVariance: Int
  private let momentum: Double
  private let epsilon: Double

  /// - Parameter site: the batch norm's.
  init(_ normalization: BatchNormalization, _ site: LayerSite) {
    channels = site.output.channels
    gamma = site.offset(.gamma)
    beta = site.offset(.beta)
    runningMean = site.offset(.runningMean)
    runningVariance = site.offset(.runningVariance)
    momentum = normalization.momentum
    epsilon = normalization.epsilon
  }

  /// Takes the batch's moments into the running ones.
  ///
  /// - Parameter state: its `inverseDeviation` still holds the biased variance.
  func updateRunning(_ state: NormalizationBuffers, rows: Int, _ pass: TrainingPass) {
    let mean = pass.parameters + runningMean
    let variance = pass.parameters + runningVariance
    let kept = Float(momentum)
    let taken = Float(1 - momentum)
    // A single row has no unbiased variance; its biased one is 0.
    let unbiased = rows > 1 ? Float(rows) / Float(rows - 1) : 1
    for channel in 0..<channels {
      mean[channel] = kept * mean[channel] + taken * state.mean[channel]
      variance[channel] =
        kept * variance[channel] + taken * unbiased * state.inverseDeviation[channel]
    }
  }

  /// Makes the running moments those of `state`, the variance in `inverseDeviation`.
  func takeRunning(_ state: NormalizationBuffers, _ pass: TrainingPass) {
    state.mean.update(from: pass.parameters + runningMean, count: channels)
    state.inverseDeviation.update(from: pass.parameters + runningVariance, count: channels)
  }

  /// The scale and shift that normalise, from mean and variance, whose place the inverse
  /// deviation takes.
  func makeTransform(_ state: NormalizationBuffers, _ pass: TrainingPass) {
    let (gamma, beta) = (pass.parameters + gamma, pass.parameters + beta)
    let epsilon = Float(epsilon)
    for channel in 0..<channels {
      let inverse = 1 / (state.inverseDeviation[channel] + epsilon).squareRoot()
      state.inverseDeviation[channel] = inverse
      state.scale[channel] = gamma[channel] * inverse
      state.shift[channel] = beta[channel] - state.mean[channel] * state.scale[channel]
    }
  }

  /// The gradients of gamma and beta from the sums of all blocks, and what takes a gradient to
  /// the front of the batch norm (Ioffe & Szegedy 2015):
  /// `gamma / σ · (g - mean(g) - x̂ · mean(g · x̂))`.
  func combineSums(_ state: NormalizationBuffers, _ pass: TrainingPass) {
    let gammaGradient = pass.gradients + gamma
    let betaGradient = pass.gradients + beta
    gammaGradient.update(repeating: 0, count: channels)
    betaGradient.update(repeating: 0, count: channels)
    for block in 0..<state.sumBlocks.count(images: pass.images) {
      let sum = state.sums + block * 2 * channels
      let product = sum + channels
      for channel in 0..<channels {
        betaGradient[channel] += sum[channel]
        gammaGradient[channel] += product[channel]
      }
    }
    makeCorrection(state, rows: pass.images * state.sumBlocks.rowsPerImage, pass)
  }

  /// The same from sums over the whole batch.
  ///
  /// - Parameters:
  ///   - gradientSum: `Σ g`, `[channels]`
  ///   - products: `Σ g · (x - mean)`, likewise.
  func takeSums(
    _ state: NormalizationBuffers, gradientSum: Input, products: Input, rows: Int,
    _ pass: TrainingPass
  ) {
    (pass.gradients + beta).update(from: gradientSum, count: channels)
    for channel in 0..<channels {
      pass.gradients[gamma + channel] = products[channel] * state.inverseDeviation[channel]
    }
    makeCorrection(state, rows: rows, pass)
  }

  private func makeCorrection(_ state: NormalizationBuffers, rows: Int, _ pass: TrainingPass) {
    let gamma = pass.parameters + gamma
    let gammaGradient = pass.gradients + self.gamma
    let betaGradient = pass.gradients + beta
    let rows = Float(rows)
    for channel in 0..<channels {
      let factor = gamma[channel] * state.inverseDeviation[channel]
      let slope = -factor * state.inverseDeviation[channel] * (gammaGradient[channel] / rows)
      state.gradientScale[channel] = factor
      state.valueScale[channel] = slope
      state.correctionShift[channel] =
        -factor * (betaGradient[channel] / rows) - slope * state.mean[channel]
    }
  }
}
