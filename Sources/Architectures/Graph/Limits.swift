/// The largest sizes of a graph. They lie far beyond any network that fits in memory, and are
/// small enough that no count computed from them overflows an `Int`: graphs come from files that
/// users write.
package enum GraphLimits {
  /// Pixels along one side.
  package static let side = 1 << 15
  package static let channels = 1 << 20
  /// Taps, strides, pixels between taps and padding along one side.
  package static let window = 1 << 10
  /// Floats of one node's output, and weights of one node.
  package static let elements = 1 << 31
  /// Multiply-adds of one node.
  package static let multiplyAdds = 1 << 48
  package static let nodes = 1 << 14
  /// Weights of a whole network: 4 GB, and a training needs several times that.
  package static let weights = 1 << 30
}
