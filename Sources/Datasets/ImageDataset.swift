/// Labelled images in memory, 8 bits a channel.
package struct ImageDataset: Sendable {
  /// `[count, height, width, channels]`
  package let pixels: [UInt8]
  /// `[count]`, each below `classNames.count`.
  package let labels: [Int32]
  package let height: Int
  package let width: Int
  package let channels: Int
  package let classNames: [String]

  package var count: Int { labels.count }
}

/// Training and test images as a source delivers them; validation images come out of `training`.
package struct DatasetPair: Sendable {
  package let training: ImageDataset
  package let test: ImageDataset
  /// Hexadecimal digest of all pixels, labels and sizes.
  package let fingerprint: String
}
