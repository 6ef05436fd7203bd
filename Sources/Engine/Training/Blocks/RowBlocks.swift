import Kernels

/// How a layer cuts its rows (the pixels of all images) into blocks, small enough that what one
/// step does to a block the next finds in the second-level cache.
///
/// The cut depends on shapes alone: sums are made block by block and then added up in order, so
/// their bits don't depend on how many threads share the blocks.
struct RowBlocks: Hashable {
  let rowsPerImage: Int
  /// Rows that are not cut apart: a register tile's, an image's or a band's.
  private let grain: Int
  /// Of a block.
  private let mostGrains: Int
  /// Of a block that is made smaller than it need be: half of what makes starting one cheap.
  private let leastGrains: Int

  /// Floats of a block: 384 KB.
  private static let budget = 98_304
  private static let leastRows = 64

  /// Blocks of any rows.
  ///
  /// - Parameter floats: that a row of the layer's operands has in all.
  init(rowsPerImage: Int, floats: Int) {
    self.rowsPerImage = rowsPerImage
    grain = 16
    leastGrains = Self.leastRows / grain / 2
    mostGrains = max(Self.leastRows / grain, Self.budget / max(floats, 1) / grain)
  }

  /// Blocks of whole images.
  ///
  /// - Parameters:
  ///   - floats: that an image of the layer's operands has in all.
  ///   - leastRows: of a block, even if it then is larger; half of them where it evens blocks out.
  init(rowsPerImage: Int, wholeImagesOf floats: Int, leastRows: Int = 1) {
    self.rowsPerImage = rowsPerImage
    grain = rowsPerImage
    leastGrains = (max(leastRows, Self.leastRows) / 2 + rowsPerImage - 1) / rowsPerImage
    let enough = (leastRows + rowsPerImage - 1) / rowsPerImage
    mostGrains = max(enough, Self.budget / max(floats, 1))
  }

  /// Blocks of equal parts of an image.
  ///
  /// - Precondition: they have as many rows each.
  init(rowsPerImage: Int, bandsPerImage: Int) {
    precondition(rowsPerImage.isMultiple(of: bandsPerImage))
    self.rowsPerImage = rowsPerImage
    grain = rowsPerImage / bandsPerImage
    leastGrains = 1
    mostGrains = 1
  }

  /// The images of blocks of whole images, which have another number of rows elsewhere.
  init(rowsPerImage: Int, imagesOf blocks: RowBlocks) {
    self.rowsPerImage = rowsPerImage
    grain = rowsPerImage
    leastGrains = blocks.leastGrains
    mostGrains = blocks.mostGrains
  }

  /// Of a block, at most.
  var rowsPerBlock: Int { grain * mostGrains }

  /// Of blocks of whole images, at most.
  var imagesPerBlock: Int { rowsPerBlock / rowsPerImage }

  /// A multiple of four, or else of two, where blocks stay large enough, so that two or four
  /// threads have as much to do each.
  func count(images: Int) -> Int {
    let grains = (images * rowsPerImage + grain - 1) / grain
    let least = (grains + mostGrains - 1) / mostGrains
    let (fours, most) = ((least + 3) / 4 * 4, grains / leastGrains)
    return max(least, fours <= most ? fours : most / 2 * 2)
  }

  /// The rows of a block, no more than a grain fewer than those of any other.
  func rows(_ block: Int, images: Int) -> Range<Int> {
    share(of: images * rowsPerImage, part: block, of: count(images: images), grain: grain)
  }

  /// The images of a block, of blocks of whole images.
  func images(_ block: Int, images: Int) -> Range<Int> {
    let rows = rows(block, images: images)
    return rows.lowerBound / rowsPerImage..<rows.upperBound / rowsPerImage
  }

  /// Blocks that are worked through one after the other, by one thread, into one sum of weight
  /// gradients; there are `chunks(images:)` such runs of blocks.
  func chunk(_ chunk: Int, images: Int) -> Range<Int> {
    share(of: count(images: images), part: chunk, of: chunks(images: images))
  }

  func chunks(images: Int) -> Int {
    let worthwhile = max(2, images * rowsPerImage / Self.leastChunkRows)
    let most = min(Self.mostChunks, worthwhile, count(images: images))
    // 1, 2, 4 or 8, which two or four threads share evenly.
    return 1 << (Int.bitWidth - 1 - most.leadingZeroBitCount)
  }

  /// More would let more threads work at once, but every one has its own sum.
  private static let mostChunks = 8
  /// Of fewer rows, adding up the sums would take as long as making them.
  private static let leastChunkRows = 192

  /// Calls `body` with the parts of `rows` that lie in one image, and that image.
  func forEachImage(_ rows: Range<Int>, _ body: (_ rows: Range<Int>, _ image: Int) -> Void) {
    var first = rows.lowerBound
    while first < rows.upperBound {
      let image = first / rowsPerImage
      let end = min(rows.upperBound, (image + 1) * rowsPerImage)
      body(first..<end, image)
      first = end
    }
  }
}
