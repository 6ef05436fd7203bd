import Kernels

/// Any convolution, as a matrix product over patches that are gathered a few output rows at a
/// time, so that they stay in the cache.
struct PatchProductStep: InferenceStep {
  var patches: PatchKernels
  var product: PointwiseKernels
  var geometry: WindowGeometry
  var blocks: [MatrixBlock]
  var outputChannels: Int
  var input: MemoryPlan.Buffer
  var output: MemoryPlan.Buffer
  var bias: Int?
  var residual: MemoryPlan.Buffer?
  var activation: KernelActivation
  /// One run of `scratchCount` floats for each part.
  var scratch: MemoryPlan.Buffer
  var scratchCount: Int
  var rowsAtOnce: Int

  /// Floats of patches that are gathered at once, unless a single row has more.
  private static let patchLimit = 8_192

  /// Output rows gathered at once, and floats that their patches take.
  static func chunk(
    _ geometry: WindowGeometry, blocks: [MatrixBlock]
  ) -> (rows: Int, count: Int) {
    let widest = blocks.reduce(0) { max($0, $1.inputs) }
    let row = geometry.outputWidth * geometry.kernelHeight * geometry.kernelWidth * widest
    let rows = max(1, min(geometry.outputHeight, patchLimit / row))
    return (rows, rows * row)
  }

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let mine = share(of: images * geometry.outputHeight, part: part, of: parts)
    let scratch = memory[scratch] + part * scratchCount
    var first = mine.lowerBound
    while first < mine.upperBound {
      let rows = first..<min(first + rowsAtOnce, mine.upperBound)
      for block in blocks { convolve(block, rows: rows, scratch: scratch, in: memory) }
      first = rows.upperBound
    }
  }

  private func convolve(
    _ block: MatrixBlock, rows: Range<Int>, scratch: Output, in memory: InferenceMemory
  ) {
    let channels = block.inputChannel..<block.inputChannel + block.inputs
    patches.gather(geometry, rows, channels, memory[input], scratch)
    let depth = geometry.kernelHeight * geometry.kernelWidth * block.inputs
    let place = rows.lowerBound * geometry.outputWidth * outputChannels + block.outputChannel
    product.forward(
      PointwiseProduct(
        rows: rows.count * geometry.outputWidth, inputChannels: depth,
        outputChannels: block.outputs, input: scratch, inputStride: depth,
        weights: memory.constants + block.weights,
        output: memory[output] + place, outputStride: outputChannels,
        bias: bias.map { memory.constants + $0 + block.outputChannel },
        residual: residual.map { Input(memory[$0] + place) }, activation: activation))
  }
}
