import KernelInterface

let optimizerKernels = OptimizerKernels(sgd: sgd, rmsprop: rmsprop, adamw: adamw)

@Sendable
private func sgd(
  _ count: Int, _ weights: Output, _ gradient: Input, _ velocity: Output, _ rate: Float,
  _ momentum: Float, _ weightDecay: Float, _ nesterov: Bool
) {
  let momentum = Vector(repeating: momentum)
  @inline(__always)
  func step(_ offset: Int, _ lanes: Int) {
    let w = load(weights + offset, lanes: lanes)
    let g = multiplyAdd(
      w, Vector(repeating: weightDecay), load(gradient + offset, lanes: lanes))
    let v = multiplyAdd(load(velocity + offset, lanes: lanes), momentum, g)
    let direction = nesterov ? multiplyAdd(momentum, v, g) : v
    store(v, velocity + offset, lanes: lanes)
    store(
      multiplyAdd(direction, Vector(repeating: -rate), w), weights + offset, lanes: lanes)
  }
  forEachVector(count, step)
}

@Sendable
private func rmsprop(
  _ count: Int, _ weights: Output, _ gradient: Input, _ meanSquare: Output,
  _ velocity: Output, _ rate: Float, _ decay: Float, _ momentum: Float, _ epsilon: Float,
  _ weightDecay: Float
) {
  @inline(__always)
  func step(_ offset: Int, _ lanes: Int) {
    let w = load(weights + offset, lanes: lanes)
    let g = multiplyAdd(
      w, Vector(repeating: weightDecay), load(gradient + offset, lanes: lanes))
    let s = multiplyAdd(
      load(meanSquare + offset, lanes: lanes), Vector(repeating: decay),
      Vector(repeating: 1 - decay) * g * g)
    let v = multiplyAdd(
      load(velocity + offset, lanes: lanes), Vector(repeating: momentum),
      g / (squareRoot(s) + Vector(repeating: epsilon)))
    store(s, meanSquare + offset, lanes: lanes)
    store(v, velocity + offset, lanes: lanes)
    store(multiplyAdd(v, Vector(repeating: -rate), w), weights + offset, lanes: lanes)
  }
  forEachVector(count, step)
}

@Sendable
private func adamw(
  _ count: Int, _ weights: Output, _ gradient: Input, _ first: Output, _ second: Output,
  _ step: Int, _ rate: Float, _ beta1: Float, _ beta2: Float, _ epsilon: Float,
  _ weightDecay: Float
) {
  let firstFactor = Vector(repeating: Float(1 / (1 - power(Double(beta1), step))))
  let secondFactor = Vector(repeating: Float(1 / (1 - power(Double(beta2), step))))
  @inline(__always)
  func update(_ offset: Int, _ lanes: Int) {
    let g = load(gradient + offset, lanes: lanes)
    let w = load(weights + offset, lanes: lanes) * Vector(repeating: 1 - rate * weightDecay)
    let m = multiplyAdd(
      load(first + offset, lanes: lanes), Vector(repeating: beta1),
      g * Vector(repeating: 1 - beta1))
    let s = multiplyAdd(
      load(second + offset, lanes: lanes), Vector(repeating: beta2),
      g * g * Vector(repeating: 1 - beta2))
    let denominator = squareRoot(s * secondFactor) + Vector(repeating: epsilon)
    store(m, first + offset, lanes: lanes)
    store(s, second + offset, lanes: lanes)
    store(
      multiplyAdd(m * firstFactor / denominator, Vector(repeating: -rate), w),
      weights + offset, lanes: lanes)
  }
  forEachVector(count, update)
}

/// `base` to a whole power, by squaring.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
