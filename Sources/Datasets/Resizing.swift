import Files
import Foundation

extension ImageDataset {
  /// The same images at `side` × `side` pixels: averaged over areas where they shrink, linear
  /// between pixel centres where they grow. Whole-number arithmetic, the same on every machine.
  ///
  /// - Throws: `DatasetError.tooLarge`.
  package func resized(to side: Int) throws(DatasetError) -> ImageDataset {
    precondition(side > 0, "a side must be positive")
    if side == height && side == width { return self }
    let bytes = Double(count) * Double(channels) * Double(side) * Double(side)
    guard Memory.canHave(bytes: bytes) else {
      throw .tooLarge(
        images: count, side: side, gigabytes: bytes / 1e9,
        machineGigabytes: Memory.machineBytes / 1e9)
    }
    let rows = ResizeTaps(from: height, to: side)
    let columns = ResizeTaps(from: width, to: side)
    let size = side * side * channels
    let resized = [UInt8](unsafeUninitializedCapacity: count * size) { output, filled in
      var lines = [Int32](repeating: 0, count: height * side * channels)
      pixels.withUnsafeBufferPointer { pixels in
        lines.withUnsafeMutableBufferPointer { lines in
          for index in 0..<count {
            let image = UnsafeBufferPointer(
              rebasing: pixels[index * valuesPerImage..<(index + 1) * valuesPerImage])
            resizeWidth(of: image, columns, side: side, into: lines)
            let target = UnsafeMutableBufferPointer(
              rebasing: output[index * size..<(index + 1) * size])
            resizeHeight(of: lines, rows, side: side, into: target)
          }
        }
      }
      filled = count * size
    }
    return ImageDataset(resized: resized, side: side, from: self)
  }

  /// `[height, width, channels]` bytes to `[height, side, channels]` values in 1/64 of a level.
  private func resizeWidth(
    of image: UnsafeBufferPointer<UInt8>, _ taps: ResizeTaps, side: Int,
    into lines: UnsafeMutableBufferPointer<Int32>
  ) {
    for row in 0..<height {
      for column in 0..<side {
        for channel in 0..<channels {
          var sum: Int32 = 1 << 7
          for tap in taps.ranges[column] {
            let source = (row * width + taps.positions[tap]) * channels + channel
            sum &+= taps.weights[tap] &* Int32(image[source])
          }
          lines[(row * side + column) * channels + channel] = sum >> 8
        }
      }
    }
  }

  /// `[height, side, channels]` to `[side, side, channels]` bytes.
  private func resizeHeight(
    of lines: UnsafeMutableBufferPointer<Int32>, _ taps: ResizeTaps, side: Int,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    let lineSize = side * channels
    for row in 0..<side {
      for offset in 0..<lineSize {
        var sum: Int32 = 1 << 19
        for tap in taps.ranges[row] {
          sum &+= taps.weights[tap] &* lines[taps.positions[tap] * lineSize + offset]
        }
        output[row * lineSize + offset] = UInt8(clamping: sum >> 20)
      }
    }
  }
}

/// Which source pixels make up each target pixel along one axis, and with which weights.
struct ResizeTaps {
  /// Sum of the weights of a target pixel.
  static let unit: Int32 = 1 << 14

  /// Of each target pixel, into `positions` and `weights`.
  private(set) var ranges: [Range<Int>] = []
  private(set) var positions: [Int] = []
  private(set) var weights: [Int32] = []

  init(from source: Int, to target: Int) {
    for pixel in 0..<target {
      var shares = target < source ? Self.areas(pixel, source, target) : []
      if shares.isEmpty { shares = Self.neighbours(pixel, source, target) }
      let whole = shares.reduce(0) { $0 + $1.share }
      let first = weights.count
      // Each weight is the difference of two rounded running sums: they add up exactly.
      var sum = 0
      var given = 0
      for (position, share) in shares {
        sum += share
        let upTo = (sum * Int(Self.unit) + whole / 2) / whole
        positions.append(position)
        weights.append(Int32(upTo - given))
        given = upTo
      }
      ranges.append(first..<weights.count)
    }
  }

  /// In units of 1/target of a source pixel, target pixel p covers source..<… of its length.
  private static func areas(
    _ pixel: Int, _ source: Int, _ target: Int
  ) -> [(position: Int, share: Int)] {
    let (start, end) = (pixel * source, (pixel + 1) * source)
    return (start / target...(end - 1) / target).map { position in
      (position, min(end, (position + 1) * target) - max(start, position * target))
    }
  }

  /// The two source centres around the target's centre, in units of 1/(2 target) of a pixel.
  private static func neighbours(
    _ pixel: Int, _ source: Int, _ target: Int
  ) -> [(position: Int, share: Int)] {
    let centre = (2 * pixel + 1) * source - target
    let clamped = max(0, min(centre, 2 * target * (source - 1)))
    let (position, share) = (clamped / (2 * target), clamped % (2 * target))
    if share == 0 { return [(position, 1)] }
    return [(position, 2 * target - share), (position + 1, share)]
  }
}
