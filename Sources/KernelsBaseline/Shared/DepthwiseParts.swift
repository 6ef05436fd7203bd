import KernelInterface

/// What all vectors of channels are computed of before more is begun: a band of an image's output
/// rows, or a few small images.
///
/// A vector's channels are one cache line of each pixel. What the memory brings in around them
/// has still to be cached when the next vectors' turn comes.
struct DepthwisePart {
  /// Of the output rows of all images.
  var rows: Range<Int>
  var images: Range<Int>
  /// The rows in each image.
  var band: Range<Int>
  /// Whether the part before, of the same call, is the band above.
  var continues: Bool
}

extension DepthwiseLayout.Vector {
  /// Whether padded rows of both are of the same shape.
  @inline(__always)
  func hasWindow(of other: DepthwiseLayout.Vector) -> Bool {
    taps == other.taps && dilation == other.dilation && padTop == other.padTop
      && padLeft == other.padLeft
  }
}

extension DepthwiseGeometry {
  /// The part of some output rows that begins at `row`; an empty one behind the last.
  ///
  /// - Parameter bandRows: rows of a band at most; an even number, since rows are summed in pairs,
  ///   or all of an image's.
  @inline(__always)
  func part(_ row: Int, of rows: Range<Int>, bandRows: Int) -> DepthwisePart {
    if row == rows.upperBound {
      return DepthwisePart(rows: row..<row, images: 0..<0, band: 0..<0, continues: false)
    }
    let image = row / outputHeight
    let first = row - image * outputHeight
    let rest = min(outputHeight - first, rows.upperBound - row)
    let bands = (rest + bandRows - 1) / bandRows
    let pairs = (rest + 2 * bands - 1) / (2 * bands)
    let band = first..<first + min(2 * pairs, rest)
    let whole =
      band == 0..<outputHeight
      ? min((rows.upperBound - row) / outputHeight, imagesTogether(self)) : 1
    return DepthwisePart(
      rows: row..<row + whole * (band.upperBound - band.lowerBound), images: image..<image + whole,
      band: band, continues: first > 0 && row > rows.lowerBound)
  }

  /// Where rows of outputs lie.
  @inline(__always)
  func outputs(_ rows: Range<Int>, _ output: Input) -> FetchAhead.Stretch {
    let rowFloats = outputWidth * channels
    return FetchAhead.Stretch(
      output + rows.lowerBound * rowFloats, floats: (rows.upperBound - rows.lowerBound) * rowFloats)
  }

  /// Where the inputs lie that rows of outputs stand for.
  @inline(__always)
  func inputs(_ rows: Range<Int>, _ input: Input) -> FetchAhead.Stretch {
    let rowFloats = width * channels
    let first = inputRow(rows.lowerBound)
    return FetchAhead.Stretch(
      input + first * rowFloats, floats: (inputRow(rows.upperBound) - first) * rowFloats)
  }

  /// Whether tensors of some images are so large that they can't have been left in the
  /// second-level cache.
  @inline(__always)
  func isFar(images: Int) -> Bool { images * height * width * channels > 256 << 10 }

  /// Whether they are so large that the next band is fetched while one is computed. Nearer than
  /// that, memory is faster than what is fetched bit by bit.
  @inline(__always)
  func fetchesAhead(images: Int) -> Bool {
    images * height * width * channels > fetchAheadLimit
  }
}

/// Images that are gone through for one vector of channels before the next is begun.
@inline(__always)
private func imagesTogether(_ geometry: DepthwiseGeometry) -> Int {
  let imageFloats = geometry.height * geometry.width * geometry.channels
  return max(1, imagesTogetherFloats / max(imageFloats, 1))
}

/// Brings memory near, if that helps on this instruction set's machines: reads a word of every
/// cache line, in order.
///
/// One vector of channels after the other reads and writes a tensor in strides, which waits for
/// each line that is far away. In the order of memory the hardware fetches ahead.
@inline(never)
func approach(_ stretch: FetchAhead.Stretch, _ scratch: Output) {
  guard approachesMemory else { return }
  var bits: UInt32 = 0
  var place = stretch.start
  while place < stretch.end {
    bits |= place.load(as: UInt32.self)
    place += 64
  }
  // Or else nothing would have to be read.
  scratch.pointee = Float(bitPattern: bits)
}

/// Brings memory near that is written next, if that helps.
@inline(never)
func approachForWriting(_ stretch: FetchAhead.Stretch) {
  guard approachesMemory else { return }
  var place = stretch.start
  while place < stretch.end {
    prefetchForWriting(place)
    place += 64
  }
}
