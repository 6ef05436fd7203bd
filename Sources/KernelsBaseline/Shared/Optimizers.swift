import KernelInterface

let optimizerKernels = OptimizerKernels(sgd: sgd, rmsprop: rmsprop, adamw: adamw)

@Sendable
private func sgd(_ call: OptimizerStep, _ constants: SGDConstants) {
  let momentum = Vector(repeating: constants.momentum)
  @inline(__always)
  func update(_ offset: Int, _ lanes: Int) {
    let w = load(call.weights + offset, lanes: lanes)
    let g = multiplyAdd(
      w, Vector(repeating: call.weightDecay), load(call.gradient + offset, lanes: lanes))
    let v = multiplyAdd(load(call.firstSlot + offset, lanes: lanes), momentum, g)
    let direction = constants.isNesterov ? multiplyAdd(momentum, v, g) : v
    store(v, call.firstSlot + offset, lanes: lanes)
    store(
      multiplyAdd(direction, Vector(repeating: -call.rate), w), call.weights + offset,
      lanes: lanes)
  }
  forEachVector(call.count, update)
}

@Sendable
private func rmsprop(_ call: OptimizerStep, _ constants: RMSPropConstants) {
  let decay = constants.decay
  @inline(__always)
  func update(_ offset: Int, _ lanes: Int) {
    let w = load(call.weights + offset, lanes: lanes)
    let g = multiplyAdd(
      w, Vector(repeating: call.weightDecay), load(call.gradient + offset, lanes: lanes))
    let s = multiplyAdd(
      load(call.firstSlot + offset, lanes: lanes), Vector(repeating: decay),
      Vector(repeating: 1 - decay) * g * g)
    let v = multiplyAdd(
      load(call.secondSlot + offset, lanes: lanes), Vector(repeating: constants.momentum),
      g / (squareRoot(s) + Vector(repeating: constants.epsilon)))
    store(s, call.firstSlot + offset, lanes: lanes)
    store(v, call.secondSlot + offset, lanes: lanes)
    store(
      multiplyAdd(v, Vector(repeating: -call.rate), w), call.weights + offset, lanes: lanes)
  }
  forEachVector(call.count, update)
}

@Sendable
private func adamw(_ call: OptimizerStep, _ constants: AdamWConstants) {
  let (beta1, beta2) = (constants.beta1, constants.beta2)
  let firstFactor = Vector(repeating: Float(1 / (1 - power(Double(beta1), constants.step))))
  let secondFactor = Vector(repeating: Float(1 / (1 - power(Double(beta2), constants.step))))
  @inline(__always)
  func update(_ offset: Int, _ lanes: Int) {
    let g = load(call.gradient + offset, lanes: lanes)
    let w =
      load(call.weights + offset, lanes: lanes)
      * Vector(repeating: 1 - call.rate * call.weightDecay)
    let m = multiplyAdd(
      load(call.firstSlot + offset, lanes: lanes), Vector(repeating: beta1),
      g * Vector(repeating: 1 - beta1))
    let s = multiplyAdd(
      load(call.secondSlot + offset, lanes: lanes), Vector(repeating: beta2),
      g * g * Vector(repeating: 1 - beta2))
    let denominator = squareRoot(s * secondFactor) + Vector(repeating: constants.epsilon)
    store(m, call.firstSlot + offset, lanes: lanes)
    store(s, call.secondSlot + offset, lanes: lanes)
    store(
      multiplyAdd(m * firstFactor / denominator, Vector(repeating: -call.rate), w),
      call.weights + offset, lanes: lanes)
  }
  forEachVector(call.count, update)
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
