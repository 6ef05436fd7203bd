import Kernels
import Testing

@Suite struct DepthwiseTests {
  private static let sets = KernelSet.available.map(\.instructionSet)

  /// Strides, dilations and zeros around an image: as many as a window has around its center, none,
  /// and more than the kernel is wide.
  private static let steps: [(stride: Int, dilation: Int, zeros: Int?)] = [
    (1, 1, nil), (2, 1, nil), (1, 2, nil), (2, 3, nil), (3, 1, 0), (1, 1, 6),
  ]

  private func layout(
    _ set: KernelSet, stride: Int, dilation: Int, zeros: Int? = nil
  ) -> DepthwiseLayout {
    let groups = [(9, 3), (14, 5)].map { channels, kernel in
      let pad = zeros ?? (kernel - 1) * dilation / 2
      return DepthwiseChannelGroup(
        channels: channels, kernel: kernel, dilation: dilation, padTop: pad, padLeft: pad)
    }
    let room = zeros.map { 2 * $0 - 4 * dilation } ?? 0
    return DepthwiseLayout(
      geometry: DepthwiseGeometry(
        height: 12, width: 11, channels: 23, outputHeight: (12 + room - 1) / stride + 1,
        outputWidth: (11 + room - 1) / stride + 1, stride: stride),
      groups: groups, vectorWidth: set.vectorWidth)
  }

  private func values(_ count: Int, _ period: Int) -> UnsafeMutableBufferPointer<Float> {
    let floats = UnsafeMutableRawBufferPointer.allocate(byteCount: count * 4 + 64, alignment: 64)
      .bindMemory(to: Float.self)
    for i in floats.indices { floats[i] = Float(i % period) / 40 - 1.1 }
    return floats
  }

  /// Threads cut rows as they like, so a row's bits must not depend on its neighbors.
  @Test(arguments: sets, steps)
  func bitsOfARowDoNotDependOnTheCall(
    instructionSet: InstructionSet, steps: (stride: Int, dilation: Int, zeros: Int?)
  ) throws {
    let set = try #require(KernelSet.named(instructionSet))
    let layout = layout(
      set, stride: steps.stride, dilation: steps.dilation, zeros: steps.zeros)
    let geometry = layout.geometry
    let outputs = 2 * geometry.outputHeight * geometry.outputWidth * geometry.channels
    let input = values(2 * geometry.height * geometry.width * geometry.channels, 101)
    let weights = values(layout.packedCount, 89)
    let scratch = values(set.depthwise.scratchCount(layout), 2)
    let output = values(outputs, 2)
    defer { for buffer in [input, weights, scratch, output] { buffer.deallocate() } }
    func forward(_ cuts: [Int]) throws -> [UInt32] {
      output.update(repeating: .nan)
      for (first, end) in zip(cuts, cuts.dropFirst()) {
        set.depthwise.forward(
          DepthwiseForward(
            layout: layout, images: 2, rows: first..<end,
            input: try #require(UnsafePointer(input.baseAddress)),
            weights: try #require(UnsafePointer(weights.baseAddress)),
            output: try #require(output.baseAddress), activation: .swish,
            scratch: try #require(scratch.baseAddress)))
      }
      return output.prefix(outputs).map(\.bitPattern)
    }
    let rows = 2 * geometry.outputHeight
    let whole = try forward([0, rows])
    #expect(try forward([0, 1, 3, rows / 2 + 1, rows - 1, rows]) == whole)
    #expect(try forward(Array(0...rows)) == whole)
  }

  /// The same rows' share of the input's gradient, bit for bit, and nothing of other rows'.
  @Test(arguments: sets)
  func bitsOfAnInputGradientDoNotDependOnTheCall(instructionSet: InstructionSet) throws {
    let set = try #require(KernelSet.named(instructionSet))
    let layout = layout(set, stride: 1, dilation: 1)
    let geometry = layout.geometry
    let count = 2 * geometry.height * geometry.width * geometry.channels
    let input = values(count, 101)
    let gradient = values(count, 97)
    let weights = values(layout.packedCount, 89)
    let scratch = values(set.depthwise.scratchCount(layout), 2)
    let inputGradient = values(count, 2)
    let weightGradient = values(layout.packedCount, 2)
    defer {
      for buffer in [input, gradient, weights, scratch, inputGradient, weightGradient] {
        buffer.deallocate()
      }
    }
    func backward(_ cuts: [Int]) throws -> [UInt32] {
      inputGradient.update(repeating: .nan)
      weightGradient.update(repeating: 1)
      for (first, end) in zip(cuts, cuts.dropFirst()) {
        set.depthwise.backward(
          DepthwiseBackward(
            layout: layout, images: 2, rows: first..<end,
            input: try #require(UnsafePointer(input.baseAddress)),
            outputGradient: try #require(UnsafePointer(gradient.baseAddress)),
            weights: try #require(UnsafePointer(weights.baseAddress)),
            inputGradient: inputGradient.baseAddress,
            weightGradient: try #require(weightGradient.baseAddress),
            scratch: try #require(scratch.baseAddress)))
      }
      return inputGradient.prefix(count).map(\.bitPattern)
    }
    let rows = 2 * geometry.outputHeight
    let whole = try backward([0, rows])
    #expect(try backward([0, 3, 4, rows - 1, rows]) == whole)
    #expect(try backward(Array(0...rows)) == whole)
  }

  /// A caller may have no more of an image than the rows that a call reads.
  @Test(arguments: sets, steps)
  func aCallReadsNoOtherInputRows(
    instructionSet: InstructionSet, steps: (stride: Int, dilation: Int, zeros: Int?)
  ) throws {
    let set = try #require(KernelSet.named(instructionSet))
    let layout = layout(
      set, stride: steps.stride, dilation: steps.dilation, zeros: steps.zeros)
    let geometry = layout.geometry
    let rowFloats = geometry.width * geometry.channels
    let outputFloats = geometry.outputHeight * geometry.outputWidth * geometry.channels
    let whole = values(geometry.height * rowFloats, 101)
    let part = values(geometry.height * rowFloats, 101)
    let weights = values(layout.packedCount, 89)
    let gradient = values(outputFloats, 97)
    let scratch = values(set.depthwise.scratchCount(layout), 2)
    let output = values(outputFloats, 2)
    let inputGradient = values(geometry.height * rowFloats, 2)
    let weightGradient = values(layout.packedCount, 2)
    defer {
      for buffer in [
        whole, part, weights, gradient, scratch, output, inputGradient, weightGradient,
      ] { buffer.deallocate() }
    }
    func outputs(
      _ input: UnsafeMutableBufferPointer<Float>, _ rows: Range<Int>
    ) throws -> [UInt32] {
      output.update(repeating: 0)
      set.depthwise.forward(
        DepthwiseForward(
          layout: layout, images: 1, rows: rows,
          input: try #require(UnsafePointer(input.baseAddress)),
          weights: try #require(UnsafePointer(weights.baseAddress)),
          output: try #require(output.baseAddress), scratch: try #require(scratch.baseAddress)))
      return output.map(\.bitPattern)
    }
    func gradients(
      _ input: UnsafeMutableBufferPointer<Float>, _ rows: Range<Int>
    ) throws -> [UInt32] {
      inputGradient.update(repeating: 0)
      weightGradient.update(repeating: 0)
      set.depthwise.backward(
        DepthwiseBackward(
          layout: layout, images: 1, rows: rows,
          input: try #require(UnsafePointer(input.baseAddress)),
          outputGradient: try #require(UnsafePointer(gradient.baseAddress)),
          weights: try #require(UnsafePointer(weights.baseAddress)),
          inputGradient: inputGradient.baseAddress,
          weightGradient: try #require(weightGradient.baseAddress),
          scratch: try #require(scratch.baseAddress)))
      // Taps that no channel owns may receive anything.
      let canonical = UnsafeMutableBufferPointer<Float>.allocate(capacity: layout.canonicalCount)
      defer { canonical.deallocate() }
      layout.unpack(
        try #require(UnsafePointer(weightGradient.baseAddress)),
        into: try #require(canonical.baseAddress))
      return inputGradient.map(\.bitPattern) + canonical.map(\.bitPattern)
    }
    /// Leaves nothing of the input but some rows.
    func keep(_ rows: Range<Int>) {
      part.update(repeating: .nan)
      for place in rows.lowerBound * rowFloats..<rows.upperBound * rowFloats {
        part[place] = whole[place]
      }
    }
    for first in 0..<geometry.outputHeight {
      let rows = first..<min(first + 2, geometry.outputHeight)
      keep(layout.inputRows(of: rows))
      #expect(try outputs(part, rows) == outputs(whole, rows), "\(rows)")
      keep(geometry.inputRow(rows.lowerBound)..<geometry.inputRow(rows.upperBound))
      #expect(try gradients(part, rows) == gradients(whole, rows), "\(rows)")
    }
  }
}
