/// What a genome may hold.
package enum GenomeLimits {
  package static let blocks = 1...512
  /// Of stem, blocks and head; expanded channels may be as many as a graph allows.
  package static let channels = 1...65_536
  /// Kernels are odd as well.
  package static let kernel = 1...31
  package static let stride = 1...4
  /// Of the 1×1 convolutions.
  package static let groups = 1...64
  /// Of expansion and squeeze-and-excitation.
  package static let ratio = 64.0
}
