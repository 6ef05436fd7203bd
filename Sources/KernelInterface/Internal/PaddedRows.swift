/// Image rows of one vector of channels, copied to scratch memory with zeros left and right of
/// the image, so that inner loops need neither branches nor partial vectors. Private to the
/// kernel targets, as is `RowCorrelation`.
///
///     slot 0    0 0 x x x x x x 0 0
///     slot 1    0 0 x x x x x x 0 0      each pixel one vector, on a cache line's boundary
///     …
///
/// The slots are a ring: image row `firstRow` lies in slot 0, the next in slot 1, and the one
/// behind the last slot in slot 0 again.
package struct PaddedRows {
  package var slots: Output
  package var slotCount: Int
  /// Floats from slot to slot.
  package var pitch: Int
  package var firstRow: Int
  /// Image column of the first pixel, and the pixels of a slot.
  package var firstColumn: Int
  package var columns: Int

  package init(
    slots: Output, slotCount: Int, pitch: Int, firstRow: Int, firstColumn: Int, columns: Int
  ) {
    self.slots = slots
    self.slotCount = slotCount
    self.pitch = pitch
    self.firstRow = firstRow
    self.firstColumn = firstColumn
    self.columns = columns
  }
}

/// Where the rows of one image and one vector of channels lie in a tensor.
package struct ImageRows {
  /// The vector's first channel of the image's first pixel.
  package var pixels: Input
  package var height: Int
  package var width: Int
  /// Floats from a pixel to the next.
  package var channels: Int
  /// Channels of the vector that exist.
  package var lanes: Int
  /// Floats from `pixels` to the end of the tensor.
  package var floats: Int

  package init(
    pixels: Input, height: Int, width: Int, channels: Int, lanes: Int, floats: Int
  ) {
    self.pixels = pixels
    self.height = height
    self.width = width
    self.channels = channels
    self.lanes = lanes
    self.floats = floats
  }
}
