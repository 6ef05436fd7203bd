import Foundation
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
    let wave = (0..<period).map { Float($0) / 40 - 1.1 }
    for start in stride(from: 0, to: floats.count, by: period) {
      let rest = min(period, floats.count - start)
      _ = floats[start..<start + rest].update(fromContentsOf: wave[..<rest])
    }
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
    let rows = 2 * geometry.outputHeight
    let sums = values(rows * geometry.channels, 2)
    defer { for buffer in [input, weights, scratch, output, sums] { buffer.deallocate() } }
    func forward(_ cuts: [Int]) throws -> [UInt32] {
      output.update(repeating: .nan)
      sums.update(repeating: .nan)
      for (first, end) in zip(cuts, cuts.dropFirst()) {
        set.depthwise.forward(
          DepthwiseForward(
            layout: layout, images: 2, rows: first..<end,
            input: try #require(UnsafePointer(input.baseAddress)),
            weights: try #require(UnsafePointer(weights.baseAddress)),
            output: try #require(output.baseAddress), rowSums: sums.baseAddress,
            activation: .swish, scratch: try #require(scratch.baseAddress)))
      }
      return output.prefix(outputs).map(\.bitPattern)
        + sums.prefix(rows * geometry.channels).map(\.bitPattern)
    }
    let whole = try forward([0, rows])
    #expect(try forward([0, 1, 3, rows / 2 + 1, rows - 1, rows]) == whole)
    #expect(try forward(Array(0...rows)) == whole)
  }

  /// The same rows' share of the input's gradient, bit for bit, and nothing of other rows'.
  @Test(arguments: sets, steps)
  func bitsOfAnInputGradientDoNotDependOnTheCall(
    instructionSet: InstructionSet, steps: (stride: Int, dilation: Int, zeros: Int?)
  ) throws {
    let set = try #require(KernelSet.named(instructionSet))
    let layout = layout(
      set, stride: steps.stride, dilation: steps.dilation, zeros: steps.zeros)
    let geometry = layout.geometry
    let count = 2 * geometry.height * geometry.width * geometry.channels
    let input = values(count, 101)
    let gradient = values(2 * geometry.outputHeight * geometry.outputWidth * geometry.channels, 97)
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

  /// Of tensors that only the memory holds, bands are fetched ahead and cut otherwise: the bits are
  /// those of each image for itself, and the scratch memory that was asked for is enough.
  @Test(arguments: sets.filter { $0 != .reference }, [1, 2])
  func memoryIsFetchedWithoutADifference(instructionSet: InstructionSet, stride: Int) throws {
    let set = try #require(KernelSet.named(instructionSet))
    let (images, side) = (5, 96)
    let layout = DepthwiseLayout(
      geometry: DepthwiseGeometry(
        height: side, width: side, channels: 92, outputHeight: side / stride,
        outputWidth: side / stride, stride: stride),
      groups: [
        .init(channels: 44, kernel: 3, dilation: 1, padTop: 1, padLeft: 1),
        .init(channels: 48, kernel: 5, dilation: 1, padTop: 2, padLeft: 2),
      ], vectorWidth: set.vectorWidth)
    let imageFloats = side * side * 92
    let outputFloats = imageFloats / stride / stride
    // No instruction set fetches for one of them, and each for all.
    #expect(imageFloats < 1 << 20 && images * imageFloats > 4 << 20)
    let input = values(images * imageFloats, 101)
    let gradient = values(images * outputFloats, 97)
    let weights = values(layout.packedCount, 89)
    let output = values(images * outputFloats, 2)
    let inputGradient = values(images * imageFloats, 2)
    let weightGradient = values(layout.packedCount, 2)
    let scratchCount = set.depthwise.scratchCount(layout)
    let scratch = values(scratchCount + 4096, 2)
    defer {
      for buffer in [
        input, gradient, weights, output, inputGradient, weightGradient, scratch,
      ] { buffer.deallocate() }
    }
    for index in scratchCount..<scratch.count { scratch[index] = 7 }
    func forward(_ first: Int, _ count: Int, rows: Range<Int>) throws {
      set.depthwise.forward(
        DepthwiseForward(
          layout: layout, images: count, rows: rows,
          input: try #require(UnsafePointer(input.baseAddress)) + first * imageFloats,
          weights: try #require(UnsafePointer(weights.baseAddress)),
          output: try #require(output.baseAddress) + first * outputFloats,
          scratch: try #require(scratch.baseAddress)))
    }
    func backward(
      _ first: Int, _ count: Int, rows: Range<Int>, nextRows: Int = 0, isFetched: Bool = false
    ) throws {
      set.depthwise.backward(
        DepthwiseBackward(
          layout: layout, images: count, rows: rows,
          input: try #require(UnsafePointer(input.baseAddress)) + first * imageFloats,
          outputGradient: try #require(UnsafePointer(gradient.baseAddress)) + first * outputFloats,
          weights: try #require(UnsafePointer(weights.baseAddress)),
          inputGradient: try #require(inputGradient.baseAddress) + first * imageFloats,
          weightGradient: try #require(weightGradient.baseAddress),
          scratch: try #require(scratch.baseAddress), nextRows: nextRows, isFetched: isFetched))
    }
    func bits(_ run: () throws -> Void) throws -> [Data] {
      output.update(repeating: .nan)
      inputGradient.update(repeating: .nan)
      try run()
      // Of debug code, arrays of so many elements would take seconds.
      return [
        Data(bytes: try #require(output.baseAddress), count: 4 * images * outputFloats),
        Data(bytes: try #require(inputGradient.baseAddress), count: 4 * images * imageFloats),
      ]
    }
    let imageRows = side / stride
    let rows = 0..<images * imageRows
    let apart = try bits {
      for image in 0..<images {
        try forward(image, 1, rows: 0..<imageRows)
        try backward(image, 1, rows: 0..<imageRows)
      }
    }
    let together = try bits {
      try forward(0, images, rows: rows)
      try backward(0, images, rows: rows)
    }
    #expect(together == apart)
    let announced = try bits {
      let cut = imageRows + 11
      try forward(0, images, rows: 0..<cut)
      try forward(0, images, rows: cut..<rows.upperBound)
      try backward(0, images, rows: 0..<cut, nextRows: rows.upperBound - cut)
      try backward(0, images, rows: cut..<rows.upperBound, isFetched: true)
    }
    #expect(announced == apart)
    #expect(scratch[scratchCount...].allSatisfy { $0 == 7 })
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
