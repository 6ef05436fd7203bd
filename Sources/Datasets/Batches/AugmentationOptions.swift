/// How training images are varied.
package struct AugmentationOptions: Sendable, Hashable, Codable {
  /// Pixels of border before a random crop back to size; 0 for none. The border reflects the
  /// image: a black one would give training images statistics that no other image has, which
  /// batch norm does not get over in a brief training.
  package var cropPadding: Int
  /// Half of the images are mirrored.
  package var horizontalFlip: Bool
  /// Side of a square, centred on a random pixel, that is set to the mean (DeVries & Taylor
  /// 2017); 0 for none.
  package var cutout: Int

  package init(cropPadding: Int = 0, horizontalFlip: Bool = false, cutout: Int = 0) {
    precondition(cropPadding >= 0 && cutout >= 0, "sizes can't be negative")
    self.cropPadding = cropPadding
    self.horizontalFlip = horizontalFlip
    self.cutout = cutout
  }

  package var isIdentity: Bool { self == AugmentationOptions() }
}
