/// Labelled images in memory, 8 bits a channel.
package struct ImageDataset: Sendable, Hashable {
  /// `[count, height, width, channels]`
  package let pixels: [UInt8]
  /// `[count]`, each below `classNames.count`.
  package let labels: [Int32]
  package let height: Int
  package let width: Int
  package let channels: Int
  package let classNames: [String]

  package var count: Int { labels.count }
  package var classCount: Int { classNames.count }
  /// Whether the classes are called anything else than by their numbers.
  package var hasNamedClasses: Bool { classNames != ClassNames.numbered(classCount) }
  /// Bytes, and so values, of one image.
  package var valuesPerImage: Int { height * width * channels }

  /// Throws `DatasetError.inconsistent` unless there are `labels.count × height × width ×
  /// channels` pixels, the three sizes are positive and each label has a class name.
  package init(
    pixels: [UInt8], labels: [Int32], height: Int, width: Int, channels: Int,
    classNames: [String]
  ) throws {
    guard height > 0, width > 0, channels > 0 else {
      throw DatasetError.inconsistent(
        "images of \(height)×\(width)×\(channels) (height, width, channels)")
    }
    let promised = product([labels.count, height, width, channels])
    guard promised == pixels.count else {
      throw DatasetError.inconsistent(
        "\(pixels.count) pixel bytes for \(labels.count) labels of \(height)×\(width)×\(channels)")
    }
    if let wrong = labels.firstIndex(where: { $0 < 0 || Int($0) >= classNames.count }) {
      throw DatasetError.inconsistent(
        "label \(labels[wrong]) of image \(wrong) with \(classNames.count) classes")
    }
    self.pixels = pixels
    self.labels = labels
    self.height = height
    self.width = width
    self.channels = channels
    self.classNames = classNames
  }

  /// `original` with other pixels; the caller has made them of the right number.
  init(resized pixels: [UInt8], side: Int, from original: ImageDataset) {
    self.pixels = pixels
    labels = original.labels
    height = side
    width = side
    channels = original.channels
    classNames = original.classNames
  }

  /// The bytes of one image, `[height, width, channels]`.
  package func image(_ index: Int) -> ArraySlice<UInt8> {
    pixels[index * valuesPerImage..<(index + 1) * valuesPerImage]
  }

  /// Images of each class, `[classCount]`.
  package var classHistogram: [Int] {
    var histogram = [Int](repeating: 0, count: classCount)
    for label in labels { histogram[Int(label)] += 1 }
    return histogram
  }
}

/// The product of sizes that are not negative, or nil where it passes `Int.max`.
func product(_ factors: [Int]) -> Int? {
  var result = 1
  for factor in factors {
    let (value, overflow) = result.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    result = value
  }
  return result
}
