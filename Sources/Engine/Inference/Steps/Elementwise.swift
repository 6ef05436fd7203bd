import Kernels

/// A batch norm that no layer before it could take in: `activation(x · scale + shift)`.
struct AffineStep: InferenceStep {
  var kernels: NormalizationKernels
  /// Rows of one image.
  var rows: Int
  var channels: Int
  var input: MemoryPlan.Buffer
  var output: MemoryPlan.Buffer
  /// `[channels]` each, among the constants.
  var scale: Int
  var shift: Int
  var activation: KernelActivation

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let mine = share(of: images * rows, part: part, of: parts)
    guard !mine.isEmpty else { return }
    let start = mine.lowerBound * channels
    kernels.apply(
      mine.count, channels, memory[input] + start,
      ChannelTransform(
        scale: memory.constants + scale, shift: memory.constants + shift, activation: activation),
      nil, memory[output] + start)
  }
}

/// An activation on its own, or behind the sum of two inputs.
struct ElementwiseStep: InferenceStep {
  var kernels: ElementwiseKernels
  /// Floats of one image.
  var count: Int
  var input: MemoryPlan.Buffer
  var addend: MemoryPlan.Buffer?
  var output: MemoryPlan.Buffer
  var activation: KernelActivation

  /// Parts are cut at whole cache lines, so every element has the same place in its vector
  /// whatever the number of parts.
  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let mine = share(of: images * count, part: part, of: parts, grain: MemoryPlan.alignment)
    guard !mine.isEmpty else { return }
    var source = Input(memory[input] + mine.lowerBound)
    let target = memory[output] + mine.lowerBound
    if let addend {
      kernels.add(mine.count, source, memory[addend] + mine.lowerBound, target)
      source = Input(target)
    }
    if addend == nil || activation != .identity {
      kernels.activate(mine.count, activation, source, target)
    }
  }
}

/// The product of an image and a factor per channel, or of two equal shapes, which are a single
/// row of as many channels as they have floats.
struct ScaleStep: InferenceStep {
  var kernels: ElementwiseKernels
  /// Rows of one image.
  var rows: Int
  var channels: Int
  var input: MemoryPlan.Buffer
  var factor: MemoryPlan.Buffer
  var output: MemoryPlan.Buffer

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let mine = share(of: images * rows, part: part, of: parts)
    var row = mine.lowerBound
    while row < mine.upperBound {
      let image = row / rows
      let end = min(mine.upperBound, (image + 1) * rows)
      kernels.scaleRows(
        end - row, channels, memory[input] + row * channels, memory[factor] + image * channels,
        memory[output] + row * channels)
      row = end
    }
  }
}
