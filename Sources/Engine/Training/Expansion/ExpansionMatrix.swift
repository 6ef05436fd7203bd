import Kernels

/// The weights of an expansion's 1×1 convolution, grouped or not, and the small matrix products
/// that a batch norm behind it comes down to.
///
/// Values `y = x · W` are never stored, so nothing sums them up; but their moments follow from
/// those of `x`, which has several times fewer channels. With `C = Σ (x - m)ᵀ(x - m)` over all n
/// rows and the products `T = C · W`:
///
///     mean(y)      = m · W
///     variance(y)  = Σ_k W ∘ T / n
///
/// On the way back the gradient in front of the activation, `g`, is all that is computed row by
/// row. What the batch norm makes of it, `dy = a ∘ g + b ∘ y + c` per channel
/// (`GradientCorrection`), is linear in `g` and `y`, so it moves behind the sums:
///
///     dW = Σ xᵀ dy = a ∘ (Σ xᵀ g) + b ∘ T + n · m ⊗ (c + b ∘ mean(y))
///     dx = dy · Wᵀ = g · (a ∘ W)ᵀ + x · (b ∘ W) · Wᵀ + c · Wᵀ
///
/// and so are the sums that the batch norm itself needs of `g` and `y`:
///
///     Σ g ∘ (y - mean(y)) = Σ_k W ∘ (Σ xᵀ g - m ⊗ Σ g)
struct ExpansionMatrix {
  /// Floats of each kind of matrix, or where a group's begins among them.
  struct Extents {
    /// Of `W`, its gradient and `T`.
    var weights = 0
    /// Of `C`.
    var covariance = 0
    /// Of what `pack`, `packTransposed` and `packFeedback` write.
    var packed = 0
    var transposed = 0
    var feedback = 0
  }

  let inputChannels: Int
  let channels: Int
  /// Offset among all weights.
  let firstWeight: Int
  let counts: Extents
  private let parts: [(group: ChannelMatrix.Group, start: Extents)]
  private let kernels: PointwiseKernels

  /// - Parameter groups: as in `ChannelMatrix`.
  init(
    groups: [ChannelMatrix.Group], inputChannels: Int, channels: Int, _ kernels: PointwiseKernels
  ) {
    self.inputChannels = inputChannels
    self.channels = channels
    self.kernels = kernels
    firstWeight = groups[0].weights
    var end = Extents()
    parts = groups.map { group in
      let start = end
      end.weights += group.inputs * group.outputs
      end.covariance += group.inputs * group.inputs
      end.packed += kernels.packedCount(group.inputs, group.outputs)
      end.transposed += kernels.packedCount(group.outputs, group.inputs)
      end.feedback += kernels.packedCount(group.inputs, group.inputs)
      return (group, start)
    }
    counts = end
  }

  var feedbackScratchCount: Int { counts.weights + counts.transposed + counts.covariance }

  // MARK: Rows

  /// `y = x · W`
  func expand(_ rows: Int, _ x: Input, _ packed: Input, into y: Output) {
    for (group, start) in parts {
      kernels.forward(
        PointwiseProduct(
          rows: rows, inputChannels: group.inputs, outputChannels: group.outputs,
          input: x + group.firstInput, inputStride: inputChannels, weights: packed + start.packed,
          output: y + group.firstOutput, outputStride: channels))
    }
  }

  /// `covariance += xᵀx` of centred rows.
  func addCovariance(_ rows: Int, _ x: Input, to covariance: Output) {
    for (group, start) in parts {
      kernels.weightGradient(
        OuterProduct(
          rows: rows, leftChannels: group.inputs, rightChannels: group.inputs,
          left: x + group.firstInput, leftStride: inputChannels, right: x + group.firstInput,
          rightStride: inputChannels, output: covariance + start.covariance,
          outputStride: group.inputs, accumulates: true))
    }
  }

  /// `sums += xᵀg`
  func addWeightGradient(_ rows: Int, _ x: Input, _ g: Input, to sums: Output) {
    for (group, start) in parts {
      kernels.weightGradient(
        OuterProduct(
          rows: rows, leftChannels: group.inputs, rightChannels: group.outputs,
          left: x + group.firstInput, leftStride: inputChannels, right: g + group.firstOutput,
          rightStride: channels, output: sums + start.weights, outputStride: group.outputs,
          accumulates: true))
    }
  }

  /// `dx = addend + g · (a ∘ W)ᵀ`
  func reduce(_ rows: Int, _ g: Input, _ transposed: Input, addend: Input?, into dx: Output) {
    for (group, start) in parts {
      kernels.forward(
        PointwiseProduct(
          rows: rows, inputChannels: group.outputs, outputChannels: group.inputs,
          input: g + group.firstOutput, inputStride: channels,
          weights: transposed + start.transposed, output: dx + group.firstInput,
          outputStride: inputChannels, residual: addend.map { $0 + group.firstInput }))
    }
  }

  /// `dx += x · (b ∘ W) · Wᵀ + c · Wᵀ`, the second term as `bias`.
  func feedBack(_ rows: Int, _ x: Input, _ feedback: Input, bias: Input, into dx: Output) {
    for (group, start) in parts {
      kernels.forward(
        PointwiseProduct(
          rows: rows, inputChannels: group.inputs, outputChannels: group.inputs,
          input: x + group.firstInput, inputStride: inputChannels,
          weights: feedback + start.feedback, output: dx + group.firstInput,
          outputStride: inputChannels, bias: bias + group.firstInput,
          residual: Input(dx + group.firstInput)))
    }
  }

  // MARK: Small matrices

  // Pointers move outside of the inner loops: a sum of indices in them, which could overflow, would
  // keep the compiler from vectors.

  /// Packs `W`.
  func pack(_ weights: Output, into packed: Output) {
    for (group, start) in parts { kernels.pack(group.matrix(weights), packed + start.packed) }
  }

  /// Makes `C` of products of distances from another origin than the mean.
  ///
  /// - Parameter sums: of these distances, `[inputChannels]`.
  func center(_ covariance: Output, rows: Int, sums: Input) {
    for (group, start) in parts {
      let sums = sums + group.firstInput
      for left in 0..<group.inputs {
        let row = covariance + start.covariance + left * group.inputs
        let mean = sums[left] / Float(rows)
        for right in 0..<group.inputs { row[right] -= mean * sums[right] }
      }
    }
  }

  /// `T`, and mean and biased variance of `y`.
  ///
  /// - Parameters:
  ///   - mean: of x.
  ///   - packed: from `pack`.
  func moments(
    rows: Int, weights: Input, packed: Input, mean: Input, covariance: Input, products: Output,
    into state: (mean: Output, variance: Output)
  ) {
    for (group, start) in parts {
      kernels.forward(
        PointwiseProduct(
          rows: group.inputs, inputChannels: group.inputs, outputChannels: group.outputs,
          input: covariance + start.covariance, inputStride: group.inputs,
          weights: packed + start.packed, output: products + start.weights,
          outputStride: group.outputs))
      let means = state.mean + group.firstOutput
      let variances = state.variance + group.firstOutput
      means.update(repeating: 0, count: group.outputs)
      variances.update(repeating: 0, count: group.outputs)
      for input in 0..<group.inputs {
        let row = weights + group.weights + input * group.outputs
        let product = products + start.weights + input * group.outputs
        let inputMean = mean[group.firstInput + input]
        for output in 0..<group.outputs { means[output] += inputMean * row[output] }
        for output in 0..<group.outputs { variances[output] += row[output] * product[output] }
      }
      // Rounding may leave less than nothing of a channel that is constant.
      for output in 0..<group.outputs {
        variances[output] = max(variances[output] / Float(rows), 0)
      }
    }
  }

  /// Packs `(a ∘ W)ᵀ`.
  func packTransposed(
    _ weights: Input, scaledBy a: Input, scratch: Output, into packed: Output
  ) {
    for (group, start) in parts {
      scale(group, weights, by: a, into: scratch + start.weights)
      var scaled = group
      scaled.weights = start.weights
      kernels.pack(scaled.transposedMatrix(scratch), packed + start.transposed)
    }
  }

  /// Packs `(b ∘ W) · Wᵀ`, and writes `c · Wᵀ`.
  ///
  /// - Parameter scratch: `feedbackScratchCount` floats.
  func packFeedback(
    _ weights: Output, _ state: NormalizationBuffers, scratch: Output, into packed: Output,
    bias: Output
  ) {
    let transposed = scratch + counts.weights
    let feedback = transposed + counts.transposed
    for (group, start) in parts {
      scale(group, weights, by: state.valueScale, into: scratch + start.weights)
      kernels.pack(group.transposedMatrix(weights), transposed + start.transposed)
      kernels.forward(
        PointwiseProduct(
          rows: group.inputs, inputChannels: group.outputs, outputChannels: group.inputs,
          input: scratch + start.weights, inputStride: group.outputs,
          weights: transposed + start.transposed, output: feedback + start.covariance,
          outputStride: group.inputs))
      kernels.pack(
        WeightMatrix(
          values: feedback + start.covariance, inputChannels: group.inputs,
          outputChannels: group.inputs, inputStride: group.inputs, outputStride: 1),
        packed + start.feedback)
      kernels.forward(
        PointwiseProduct(
          rows: 1, inputChannels: group.outputs, outputChannels: group.inputs,
          input: state.correctionShift + group.firstOutput, inputStride: group.outputs,
          weights: transposed + start.transposed, output: bias + group.firstInput,
          outputStride: group.inputs))
    }
  }

  /// `Σ g ∘ (y - mean(y))`, `[channels]`, from `Σ xᵀ g` and `Σ g`.
  ///
  /// - Parameter mean: of x.
  func centeredProducts(
    weights: Input, sums: Input, mean: Input, gradientSum: Input, into products: Output
  ) {
    products.update(repeating: 0, count: channels)
    for (group, start) in parts {
      let products = products + group.firstOutput
      let gradientSum = gradientSum + group.firstOutput
      for input in 0..<group.inputs {
        let row = weights + group.weights + input * group.outputs
        let sum = sums + start.weights + input * group.outputs
        let mean = mean[group.firstInput + input]
        for output in 0..<group.outputs {
          products[output] += row[output] * (sum[output] - mean * gradientSum[output])
        }
      }
    }
  }

  /// `dW` from `Σ xᵀ g`.
  ///
  /// - Parameters:
  ///   - mean: of x.
  ///   - products: `T`
  func weightGradient(
    rows: Int, sums: Input, products: Input, mean: Input, _ state: NormalizationBuffers,
    into gradient: Output
  ) {
    for (group, start) in parts {
      let first = group.firstOutput
      let (slopes, shifts) = (state.valueScale + first, state.correctionShift + first)
      let (scales, means) = (state.gradientScale + first, state.mean + first)
      for input in 0..<group.inputs {
        let place = start.weights + input * group.outputs
        let (sum, product) = (sums + place, products + place)
        let result = gradient + place
        let total = Float(rows) * mean[group.firstInput + input]
        for output in 0..<group.outputs {
          let constant = shifts[output] + slopes[output] * means[output]
          result[output] =
            scales[output] * sum[output] + slopes[output] * product[output] + total * constant
        }
      }
    }
  }

  private func scale(
    _ group: ChannelMatrix.Group, _ weights: Input, by factors: Input, into scaled: Output
  ) {
    let factors = factors + group.firstOutput
    for input in 0..<group.inputs {
      let row = weights + group.weights + input * group.outputs
      let result = scaled + input * group.outputs
      for output in 0..<group.outputs { result[output] = row[output] * factors[output] }
    }
  }
}
