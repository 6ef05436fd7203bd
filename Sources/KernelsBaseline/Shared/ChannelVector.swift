import KernelInterface

/// As many neighboring channels as a vector has lanes, where channel 0 follows the last one: a
/// vector that lies across the border between two rows has the end of one and the start of the
/// next.
struct ChannelVector {
  var first: Int
  var channels: Int

  /// - Parameter offset: floats from the start of a row to the vector, without gaps between rows.
  @inline(__always)
  init(at offset: Int, channels: Int) {
    first = offset < channels ? offset : offset % channels
    self.channels = channels
  }

  private var isWithinRow: Bool {
    @inline(__always) get { first + width <= channels }
  }

  /// The values of these channels, from `[channels]`.
  @inline(__always)
  func gather(_ values: Input) -> Vector {
    if isWithinRow { return load(values + first) }
    return gatherAcross(values)
  }

  @inline(never)
  private func gatherAcross(_ values: Input) -> Vector {
    var gathered = Vector.zero
    return withUnsafeMutableBytes(of: &gathered) { bytes in
      guard let start = bytes.baseAddress else { return .zero }
      let lanes = start.assumingMemoryBound(to: Float.self)
      var channel = first
      for lane in 0..<width {
        lanes[lane] = values[channel]
        channel += 1
        if channel == channels { channel = 0 }
      }
      return load(lanes)
    }
  }

  /// Adds a vector's lanes to `[channels]`; where a channel has several lanes, one by one.
  @inline(__always)
  func add(_ vector: Vector, to sums: Output) {
    if isWithinRow {
      store(load(sums + first) + vector, sums + first)
    } else {
      addAcross(vector, to: sums)
    }
  }

  @inline(never)
  private func addAcross(_ vector: Vector, to sums: Output) {
    var vector = vector
    withUnsafeMutableBytes(of: &vector) { bytes in
      guard let start = bytes.baseAddress else { return }
      let lanes = start.assumingMemoryBound(to: Float.self)
      var channel = first
      for lane in 0..<width {
        sums[channel] += lanes[lane]
        channel += 1
        if channel == channels { channel = 0 }
      }
    }
  }
}
