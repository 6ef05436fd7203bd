/// How a mixed depthwise convolution is cut into channel vectors, and where each one's weights
/// lie in packed form.
///
/// A vector of `vectorWidth` channels runs with the smallest window that covers the windows of
/// all its lanes; a lane whose own kernel is smaller has zero weights elsewhere. Only a vector
/// that lies across a group boundary pays for that.
///
///     canonical weights   per group, one after the other: [kernel, kernel, channels of the group]
///     packed weights      per vector: [taps, taps, vectorWidth]
package struct DepthwiseLayout: Sendable {
  package struct Vector: Sendable {
    /// First channel; the last vector may have fewer than `vectorWidth` real lanes.
    package var channel: Int
    package var lanes: Int
    /// Taps along each side, and pixels between taps.
    package var taps: Int
    package var dilation: Int
    /// As in `DepthwiseChannelGroup`, for the vector's own window.
    package var padTop: Int
    package var padLeft: Int
    /// Float offset of the vector's packed weights.
    package var weights: Int
  }

  package let geometry: DepthwiseGeometry
  package let groups: [DepthwiseChannelGroup]
  package let vectorWidth: Int
  package let vectors: [Vector]
  /// Floats of all weights, canonical and packed.
  package let canonicalCount: Int
  package let packedCount: Int

  /// - Precondition: the groups' channels sum to the geometry's.
  package init(geometry: DepthwiseGeometry, groups: [DepthwiseChannelGroup], vectorWidth: Int) {
    precondition(vectorWidth > 0)
    precondition(groups.allSatisfy { $0.channels > 0 && $0.kernel > 0 && $0.dilation > 0 })
    precondition(groups.reduce(0) { $0 + $1.channels } == geometry.channels)
    var vectors: [Vector] = []
    var packedCount = 0
    for channel in stride(from: 0, to: geometry.channels, by: vectorWidth) {
      let lanes = min(vectorWidth, geometry.channels - channel)
      let window = CoveringWindow(Self.groups(groups, owning: channel..<channel + lanes))
      vectors.append(
        Vector(
          channel: channel, lanes: lanes, taps: window.taps, dilation: window.dilation,
          padTop: window.padTop, padLeft: window.padLeft, weights: packedCount))
      packedCount += window.taps * window.taps * vectorWidth
    }
    self.geometry = geometry
    self.groups = groups
    self.vectorWidth = vectorWidth
    self.vectors = vectors
    self.canonicalCount = groups.reduce(0) { $0 + $1.kernel * $1.kernel * $1.channels }
    self.packedCount = packedCount
  }

  /// The input rows of one image that some output rows read, and those that stand for them.
  package func inputRows(of rows: Range<Int>) -> Range<Int> {
    let first = rows.lowerBound * geometry.stride
    let last = (rows.upperBound - 1) * geometry.stride
    var lower = first
    var upper = geometry.inputRow(rows.upperBound)
    for group in groups {
      lower = min(lower, first - group.padTop)
      upper = max(upper, last - group.padTop + (group.kernel - 1) * group.dilation + 1)
    }
    // Windows may lie outside of the image altogether.
    let top = min(max(lower, 0), geometry.height)
    return top..<max(top, min(upper, geometry.height))
  }

  /// Calls `body` with the vectors' address, so that no array code is compiled with a kernel
  /// target's instructions. There are `vectorCount` of them.
  package func withVectors(_ body: (UnsafePointer<Vector>) -> Void) {
    vectors.withUnsafeBufferPointer { vectors in
      if let address = vectors.baseAddress { body(address) }
    }
  }

  package var vectorCount: Int { vectors.count }

  /// Canonical to packed; writes every packed float.
  package func pack(_ canonical: Input, into packed: Output) {
    packed.update(repeating: 0, count: packedCount)
    forEachWeight { packed[$1] = canonical[$0] }
  }

  /// Packed to canonical, dropping the taps that no channel owns.
  package func unpack(_ packed: Input, into canonical: Output) {
    forEachWeight { canonical[$0] = packed[$1] }
  }

  /// Calls `body` with the canonical and the packed offset of each weight.
  private func forEachWeight(_ body: (_ canonical: Int, _ packed: Int) -> Void) {
    var firstChannel = 0
    var groupWeights = 0
    for group in groups {
      for channel in 0..<group.channels {
        let (index, lane) = (firstChannel + channel).quotientAndRemainder(dividingBy: vectorWidth)
        let vector = vectors[index]
        for i in 0..<group.kernel {
          let row = (vector.padTop - group.padTop + i * group.dilation) / vector.dilation
          for j in 0..<group.kernel {
            let column = (vector.padLeft - group.padLeft + j * group.dilation) / vector.dilation
            body(
              groupWeights + (i * group.kernel + j) * group.channels + channel,
              vector.weights + (row * vector.taps + column) * vectorWidth + lane)
          }
        }
      }
      firstChannel += group.channels
      groupWeights += group.kernel * group.kernel * group.channels
    }
  }

  private static func groups(
    _ groups: [DepthwiseChannelGroup], owning channels: Range<Int>
  ) -> [DepthwiseChannelGroup] {
    var first = 0
    return groups.filter { group in
      defer { first += group.channels }
      return channels.overlaps(first..<first + group.channels)
    }
  }
}

/// The smallest square lattice of taps that holds the taps of several groups.
private struct CoveringWindow {
  var taps: Int
  var dilation: Int
  var padTop: Int
  var padLeft: Int

  /// - Precondition: `groups` is not empty.
  init(_ groups: [DepthwiseChannelGroup]) {
    padTop = groups.reduce(Int.min) { max($0, $1.padTop) }
    padLeft = groups.reduce(Int.min) { max($0, $1.padLeft) }
    var spacing = 0
    var reach = 0
    for group in groups {
      let extent = (group.kernel - 1) * group.dilation
      reach = max(reach, padTop - group.padTop + extent, padLeft - group.padLeft + extent)
      if group.kernel > 1 { spacing = greatestCommonDivisor(spacing, group.dilation) }
      spacing = greatestCommonDivisor(spacing, padTop - group.padTop)
      spacing = greatestCommonDivisor(spacing, padLeft - group.padLeft)
    }
    dilation = max(spacing, 1)
    taps = reach / dilation + 1
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
