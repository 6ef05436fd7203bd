import Randomness
import Testing

@testable import Datasets

struct ImageBatcherTests {
  private static let identity = Normalization(mean: [0, 0, 0], deviation: [1, 1, 1])

  /// Colour images of 5×6 random pixels.
  private func dataset(_ count: Int) throws -> ImageDataset {
    var random = RandomStream(seed: 21)
    return try ImageDataset(
      pixels: (0..<count * 90).map { _ in UInt8(1 + random.below(255)) },
      labels: (0..<count).map { Int32($0 % 4) }, height: 5, width: 6, channels: 3,
      classNames: ClassNames.numbered(4))
  }

  private func batch(_ batcher: ImageBatcher, _ indices: [Int], epoch: Int?) -> [Float] {
    [Float](unsafeUninitializedCapacity: indices.count * batcher.valuesPerImage) { buffer, filled in
      if let output = buffer.baseAddress { batcher.write(indices, epoch: epoch, into: output) }
      filled = indices.count * batcher.valuesPerImage
    }
  }

  @Test func plainImagesAreNormalised() throws {
    let data = try dataset(4)
    let normalization = Normalization(of: ImageSubset(data))
    let values = batch(ImageBatcher(data, normalization: normalization), [2, 0], epoch: 5)
    for (position, index) in [2, 0].enumerated() {
      for offset in 0..<90 {
        let channel = offset % 3
        let expected =
          (Double(data.pixels[index * 90 + offset]) / 255 - normalization.mean[channel])
          / normalization.deviation[channel]
        #expect(values[position * 90 + offset] == Float(expected))
      }
    }
  }

  @Test func labelsFollowTheIndices() throws {
    let data = try dataset(6)
    let batcher = ImageBatcher(data, normalization: Self.identity)
    var labels = [Int32](repeating: -1, count: 3)
    labels.withUnsafeMutableBufferPointer {
      if let output = $0.baseAddress { batcher.writeLabels([5, 0, 3], into: output) }
    }
    #expect(labels == [1, 0, 3])
  }

  @Test func variationIgnoresThePartitionIntoBatches() throws {
    let data = try dataset(12)
    let options = AugmentationOptions(cropPadding: 2, horizontalFlip: true, cutout: 3)
    let batcher = ImageBatcher(
      data, normalization: Self.identity, augmentation: options, random: RandomStream(seed: 3))
    let order = [7, 3, 11, 0, 5, 2]
    let whole = batch(batcher, order, epoch: 1)
    let parts =
      batch(batcher, Array(order[..<1]), epoch: 1)
      + batch(batcher, Array(order[1..<5]), epoch: 1) + batch(batcher, Array(order[5...]), epoch: 1)
    #expect(whole == parts)
    #expect(whole != batch(batcher, order, epoch: 2))
    let plain = batch(ImageBatcher(data, normalization: Self.identity), order, epoch: nil)
    #expect(batch(batcher, order, epoch: nil) == plain)
  }

  /// Each varied image is looked for among all crops and mirrors made by plain indexing.
  @Test(arguments: [2, 7])
  func cropsAndMirrorsAreThoseOfTheImage(padding: Int) throws {
    let data = try dataset(40)
    let options = AugmentationOptions(cropPadding: padding, horizontalFlip: true)
    let batcher = ImageBatcher(
      data, normalization: Self.identity, augmentation: options, random: RandomStream(seed: 3))
    var seen = Set<[Int]>()
    for index in 0..<data.count {
      let values = batch(batcher, [index], epoch: 0)
      let matches = variants(padding: padding).filter { variant in
        (0..<90).allSatisfy { values[$0] == expected(data, index, variant, offset: $0) }
      }
      // Far crops of a reflected image are near crops of its mirror image.
      #expect(!matches.isEmpty)
      if matches.count == 1 { seen.insert(matches[0]) }
    }
    guard padding == 2 else { return }
    #expect(seen.contains { $0[2] == 1 } && seen.contains { $0[2] == 0 })
    #expect(seen.contains { $0[0] > 0 } && seen.contains { $0[1] < 0 })
  }

  private func variants(padding: Int) -> [[Int]] {
    (-padding...padding).flatMap { y in
      (-padding...padding).flatMap { x in [[y, x, 0], [y, x, 1]] }
    }
  }

  private func expected(
    _ data: ImageDataset, _ index: Int, _ variant: [Int], offset: Int
  ) -> Float {
    let (row, column, channel) = (offset / 18, offset / 3 % 6, offset % 3)
    let sourceRow = row + variant[0]
    let sourceColumn = (variant[2] == 1 ? 5 - column : column) + variant[1]
    // Rows and columns of the image followed by its reflection, over and over.
    let rows = [0, 1, 2, 3, 4, 4, 3, 2, 1, 0]
    let columns = [0, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 0]
    let pixel = rows[(sourceRow + 20) % 10] * 6 + columns[(sourceColumn + 24) % 12]
    return Float(Double(data.pixels[index * 90 + pixel * 3 + channel]) / 255)
  }

  @Test func cutoutHidesASquareAndNothingElse() throws {
    let data = try dataset(60)
    let batcher = ImageBatcher(
      data, normalization: Self.identity, augmentation: AugmentationOptions(cutout: 3),
      random: RandomStream(seed: 3))
    let plain = ImageBatcher(data, normalization: Self.identity)
    var areas = Set<Int>()
    for index in 0..<data.count {
      let values = batch(batcher, [index], epoch: 0)
      let original = batch(plain, [index], epoch: nil)
      let hidden = (0..<30).filter { values[$0 * 3] == 0 }
      for pixel in 0..<30 {
        for channel in 0..<3 {
          let value = values[pixel * 3 + channel]
          #expect(value == (hidden.contains(pixel) ? 0 : original[pixel * 3 + channel]))
        }
      }
      let rows = Set(hidden.map { $0 / 6 })
      let columns = Set(hidden.map { $0 % 6 })
      #expect(hidden.count == rows.count * columns.count)
      areas.insert(hidden.count)
    }
    // Whole squares, and those cut by one border or two.
    #expect(areas == [4, 6, 9])
  }

  /// An option that is added changes nothing of what the others do to any image.
  @Test func optionsDoNotDisturbEachOther() throws {
    let data = try dataset(30)
    func images(_ options: AugmentationOptions) -> [[Float]] {
      let batcher = ImageBatcher(
        data, normalization: Self.identity, augmentation: options, random: RandomStream(seed: 3))
      return (0..<data.count).map { batch(batcher, [$0], epoch: 0) }
    }
    let plain = images(AugmentationOptions())
    let flipped = images(AugmentationOptions(horizontalFlip: true))
    let flips = zip(plain, flipped).map { $0 != $1 }
    #expect(flips.contains(true) && flips.contains(false))
    // No pixel is zero but those that are hidden.
    let hidden = images(AugmentationOptions(cutout: 2))
    let both = images(AugmentationOptions(horizontalFlip: true, cutout: 2))
    let all = images(AugmentationOptions(cropPadding: 2, horizontalFlip: true, cutout: 2))
    #expect(
      hidden.allSatisfy { $0.contains(0) } && Set(hidden.map { $0.firstIndex(of: 0) }).count > 3)
    for index in 0..<data.count {
      for place in flipped[index].indices {
        let isHidden = hidden[index][place] == 0
        #expect((both[index][place] == 0) == isHidden && (all[index][place] == 0) == isHidden)
        if !isHidden { #expect(both[index][place] == flipped[index][place]) }
      }
    }
  }
}
