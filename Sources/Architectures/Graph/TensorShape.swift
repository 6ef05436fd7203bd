/// Height, width and channels of one image's activations; a vector is `1 × 1 × channels`.
package struct TensorShape: Sendable, Hashable, Codable {
  package var height: Int
  package var width: Int
  package var channels: Int

  package init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Of a shape that a graph holds; such a shape is within `GraphLimits`.
  package var elementCount: Int { height * width * channels }
  /// Height and width.
  package var extent: Extent { Extent(height: height, width: width) }
  /// Whether it is `1 × 1 × channels`.
  package var isVector: Bool { height == 1 && width == 1 }
}

extension TensorShape: CustomStringConvertible {
  package var description: String { "\(height)×\(width)×\(channels)" }
}

/// A pair of sizes along height and width.
package struct Extent: Sendable, Hashable, Codable {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package init(_ side: Int) { self.init(height: side, width: side) }
}

extension Extent: CustomStringConvertible {
  package var description: String { "\(height)×\(width)" }
}
