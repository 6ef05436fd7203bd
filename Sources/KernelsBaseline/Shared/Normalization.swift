import KernelInterface

let normalizationKernels = NormalizationKernels(
  moments: moments, apply: applyNormalization, gradient: normalizationGradient)

/// Rows of a block: 16 KB of them for each vector of channels stay in the first-level cache.
private let rowBlock = 256

@Sendable
private func moments(
  _ rows: Int, _ channels: Int, _ x: Input, _ mean: Output, _ variance: Output
) {
  var first = 0
  while first < rows {
    let count = min(rowBlock, rows - first)
    let block = x + first * channels
    // Until the last block, `variance` holds the sum of squared distances.
    let isLast = first + count == rows
    forEachVector(channels) { channel, lanes in
      @inline(__always)
      func value(_ row: Int) -> Vector { load(block + row * channels + channel, lanes: lanes) }
      let blockMean = sumRows(count, value) / Vector(repeating: Float(count))
      @inline(__always)
      func squaredDistance(_ row: Int) -> Vector {
        let distance = value(row) - blockMean
        return distance * distance
      }
      let blockSquares = sumRows(count, squaredDistance)
      var combinedMean = blockMean
      var squares = blockSquares
      if first > 0 {
        let before = load(mean + channel, lanes: lanes)
        let delta = blockMean - before
        let share = Float(count) / Float(first + count)
        combinedMean = before + delta * Vector(repeating: share)
        squares +=
          load(variance + channel, lanes: lanes)
          + delta * delta * Vector(repeating: Float(first) * share)
      }
      if isLast { squares /= Vector(repeating: Float(rows)) }
      store(combinedMean, mean + channel, lanes: lanes)
      store(squares, variance + channel, lanes: lanes)
    }
    first += count
  }
}

@Sendable
private func applyNormalization(
  _ rows: Int, _ channels: Int, _ x: Input, _ scale: Input, _ shift: Input,
  _ activation: KernelActivation, _ y: Output
) {
  run(
    NormalizationLoop(rows: rows, channels: channels, x: x, scale: scale, shift: shift, y: y),
    activation)
}

private struct NormalizationLoop: ActivatedLoop {
  var rows: Int
  var channels: Int
  var x: Input
  var scale: Input
  var shift: Input
  var y: Output

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    for row in 0..<rows {
      let source = x + row * channels
      let destination = y + row * channels
      forEachVector(channels) { channel, lanes in
        let z = multiplyAdd(
          load(source + channel, lanes: lanes), load(scale + channel, lanes: lanes),
          load(shift + channel, lanes: lanes))
        store(A.value(z), destination + channel, lanes: lanes)
      }
    }
  }
}

@Sendable
private func normalizationGradient(_ call: NormalizationGradient) {
  run(NormalizationGradientLoop(call: call), call.activation)
}

/// Ioffe & Szegedy 2015, with the sums over the batch first and the input's gradient second.
private struct NormalizationGradientLoop: ActivatedLoop {
  var call: NormalizationGradient

  @inline(never)
  func run<A: Activation>(_: A.Type) {
    var first = 0
    while first < call.rows {
      let rows = first..<min(first + rowBlock, call.rows)
      forEachVector(call.channels) { channel, lanes in
        addSums(rows, Constants(call, channel, lanes), A.self)
      }
      first = rows.upperBound
    }
    first = 0
    while first < call.rows {
      let rows = first..<min(first + rowBlock, call.rows)
      forEachVector(call.channels) { channel, lanes in
        writeInputGradient(rows, Constants(call, channel, lanes), A.self)
      }
      first = rows.upperBound
    }
  }

  /// What one vector of channels needs in every row.
  private struct Constants {
    var channel: Int
    var lanes: Int
    var mean: Vector
    var inverse: Vector
    var gamma: Vector
    var beta: Vector

    @inline(__always)
    init(_ call: NormalizationGradient, _ channel: Int, _ lanes: Int) {
      self.channel = channel
      self.lanes = lanes
      mean = load(call.mean + channel, lanes: lanes)
      inverse = load(call.inverseDeviation + channel, lanes: lanes)
      gamma = load(call.gamma + channel, lanes: lanes)
      beta = load(call.beta + channel, lanes: lanes)
    }
  }

  /// The normalised input, and the gradient in front of the activation.
  @inline(__always)
  private func terms<A: Activation>(
    _ row: Int, _ constants: Constants, _: A.Type
  ) -> (normalized: Vector, gradient: Vector) {
    let place = row * call.channels + constants.channel
    let x = load(call.x + place, lanes: constants.lanes)
    let normalized = (x - constants.mean) * constants.inverse
    let slope = A.slope(multiplyAdd(normalized, constants.gamma, constants.beta))
    return (normalized, load(call.outputGradient + place, lanes: constants.lanes) * slope)
  }

  @inline(__always)
  private func addSums<A: Activation>(
    _ rows: Range<Int>, _ constants: Constants, _: A.Type
  ) {
    var gammaSum = Vector.zero
    var betaSum = Vector.zero
    for row in rows {
      let (normalized, gradient) = terms(row, constants, A.self)
      gammaSum = multiplyAdd(normalized, gradient, gammaSum)
      betaSum += gradient
    }
    let gammaPlace = call.gammaGradient + constants.channel
    let betaPlace = call.betaGradient + constants.channel
    if rows.lowerBound > 0 {
      gammaSum += load(gammaPlace, lanes: constants.lanes)
      betaSum += load(betaPlace, lanes: constants.lanes)
    }
    store(gammaSum, gammaPlace, lanes: constants.lanes)
    store(betaSum, betaPlace, lanes: constants.lanes)
  }

  @inline(__always)
  private func writeInputGradient<A: Activation>(
    _ rows: Range<Int>, _ constants: Constants, _: A.Type
  ) {
    let share = Vector(repeating: 1 / Float(call.rows))
    let channel = constants.channel
    let lanes = constants.lanes
    let gammaMean = load(call.gammaGradient + channel, lanes: lanes) * share
    let betaMean = load(call.betaGradient + channel, lanes: lanes) * share
    let scale = constants.gamma * constants.inverse
    for row in rows {
      let (normalized, gradient) = terms(row, constants, A.self)
      let centered = gradient - betaMean - normalized * gammaMean
      store(
        scale * centered, call.inputGradient + row * call.channels + channel, lanes: lanes)
    }
  }
}
