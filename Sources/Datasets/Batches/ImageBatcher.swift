import Randomness

/// Turns images into normalised floats, varied at random for training.
///
///     let batcher = ImageBatcher(
///       dataset, normalization: Normalization(of: split.training),
///       augmentation: AugmentationOptions(cropPadding: 2), random: stream)
///     batcher.write(order[0..<64], epoch: 3, into: inputs)
///
/// What becomes of an image depends on the stream's key, the epoch and the image's index alone,
/// not on the batch it is in nor on who writes it: several threads may share one batcher.
package struct ImageBatcher: Sendable {
  package let dataset: ImageDataset
  package let augmentation: AugmentationOptions
  private let table: [Float]
  private let random: RandomStream

  /// Floats of one image.
  package var valuesPerImage: Int { dataset.valuesPerImage }

  package init(
    _ dataset: ImageDataset, normalization: Normalization,
    augmentation: AugmentationOptions = AugmentationOptions(), random: RandomStream
  ) {
    precondition(
      normalization.mean.count == dataset.channels, "the normalization has other channels")
    self.dataset = dataset
    self.augmentation = augmentation
    self.random = random.substream("augmentation")
    table = normalization.table()
  }

  /// Without augmentation, for validation and test images.
  package init(_ dataset: ImageDataset, normalization: Normalization) {
    self.init(dataset, normalization: normalization, random: RandomStream(seed: 0))
  }

  /// Writes `[indices.count, height, width, channels]`.
  ///
  /// - Parameter epoch: from 0; nil leaves the images as they are.
  package func write(
    _ indices: some Collection<Int>, epoch: Int?, into output: UnsafeMutablePointer<Float>
  ) {
    let size = valuesPerImage
    let epochStream = epoch.map { random.substream("epoch", $0) }
    dataset.pixels.withUnsafeBufferPointer { pixels in
      table.withUnsafeBufferPointer { table in
        for (position, index) in indices.enumerated() {
          precondition(index >= 0 && index < dataset.count, "an index lies outside the dataset")
          let image = UnsafeBufferPointer(rebasing: pixels[index * size..<(index + 1) * size])
          let target = output + position * size
          if let epochStream, !augmentation.isIdentity {
            let variation = Variation(
              of: dataset, augmentation, random: epochStream.substream("image", index))
            writeVaried(image, variation, table: table, into: target)
          } else {
            writePlain(image, table: table, into: target)
          }
        }
      }
    }
  }

  /// Writes `[indices.count]`.
  package func writeLabels(
    _ indices: some Collection<Int>, into output: UnsafeMutablePointer<Int32>
  ) {
    for (position, index) in indices.enumerated() {
      output[position] = dataset.labels[index]
    }
  }

  private func writePlain(
    _ image: UnsafeBufferPointer<UInt8>, table: UnsafeBufferPointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    convert(image, pixels: 0..<dataset.height * dataset.width, table: table, into: output)
  }

  private func writeVaried(
    _ image: UnsafeBufferPointer<UInt8>, _ variation: Variation,
    table: UnsafeBufferPointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let (width, channels) = (dataset.width, dataset.channels)
    // Columns whose source lies in the image; reflections stand beside them.
    let first = min(width, max(0, -variation.offsetX))
    let end = max(first, min(width, width - variation.offsetX))
    for row in 0..<dataset.height {
      let line = output + row * width * channels
      let start = reflected(row + variation.offsetY, within: dataset.height) * width
      for column in [0..<first, end..<width].joined() {
        let source = start + reflected(column + variation.offsetX, within: width)
        convert(image, pixels: source..<source + 1, table: table, into: line + column * channels)
      }
      convert(
        image, pixels: start + variation.offsetX + first..<start + variation.offsetX + end,
        table: table, into: line + first * channels)
      if variation.mirrored { mirror(line) }
      if variation.hiddenRows.contains(row) {
        let hidden = variation.hiddenColumns
        (line + hidden.lowerBound * channels).update(
          repeating: 0, count: hidden.count * channels)
      }
    }
  }

  @inline(__always)
  private func convert(
    _ image: UnsafeBufferPointer<UInt8>, pixels: Range<Int>, table: UnsafeBufferPointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    guard let source = image.baseAddress, let levels = table.baseAddress else { return }
    let channels = dataset.channels
    if channels == 1 {
      for offset in 0..<pixels.count {
        output[offset] = levels[Int(source[pixels.lowerBound &+ offset])]
      }
      return
    }
    for pixel in 0..<pixels.count {
      for channel in 0..<channels {
        let value = Int(source[(pixels.lowerBound &+ pixel) &* channels &+ channel])
        output[pixel &* channels &+ channel] = levels[channel &* 256 &+ value]
      }
    }
  }

  private func mirror(_ line: UnsafeMutablePointer<Float>) {
    let channels = dataset.channels
    for column in 0..<dataset.width / 2 {
      let other = dataset.width - 1 - column
      for channel in 0..<channels {
        let value = line[column * channels + channel]
        line[column * channels + channel] = line[other * channels + channel]
        line[other * channels + channel] = value
      }
    }
  }
}

/// A position beyond the border, reflected into 0 ..< size; the outermost pixel comes twice.
private func reflected(_ position: Int, within size: Int) -> Int {
  if position >= 0 && position < size { return position }
  let period = 2 * size
  let phase = (position % period + period) % period
  return phase < size ? phase : period - 1 - phase
}

/// The draws for one image in one epoch.
private struct Variation {
  /// Source pixel minus target pixel.
  var offsetX = 0
  var offsetY = 0
  var mirrored = false
  var hiddenRows = 0..<0
  var hiddenColumns = 0..<0

  init(of dataset: ImageDataset, _ options: AugmentationOptions, random: RandomStream) {
    // Always the same draws in the same order: an option changes nothing of the others.
    var random = random
    let bits = random.next()
    offsetX = random.below(2 * options.cropPadding + 1) - options.cropPadding
    offsetY = random.below(2 * options.cropPadding + 1) - options.cropPadding
    mirrored = options.horizontalFlip && bits & 1 == 1
    let centreY = random.below(dataset.height)
    let centreX = random.below(dataset.width)
    hiddenRows = Self.square(options.cutout, around: centreY, within: dataset.height)
    hiddenColumns = Self.square(options.cutout, around: centreX, within: dataset.width)
  }

  /// The part within the image of `side` pixels around one.
  private static func square(_ side: Int, around centre: Int, within size: Int) -> Range<Int> {
    let start = centre - side / 2
    return max(0, start)..<max(0, min(size, start + side))
  }
}
