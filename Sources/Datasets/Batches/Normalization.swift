/// Mean and standard deviation of each channel, of pixels scaled to 0 … 1.
package struct Normalization: Sendable, Hashable, Codable {
  /// `[channels]`
  package var mean: [Double]
  /// `[channels]`, positive; 1 for a channel that never changes.
  package var deviation: [Double]

  package init(mean: [Double], deviation: [Double]) {
    precondition(
      mean.count == deviation.count && deviation.allSatisfy { $0 > 0 },
      "a normalization needs one mean and one positive deviation a channel")
    self.mean = mean
    self.deviation = deviation
  }

  /// Of the pixels of a subset, usually the training part. Sums are exact integers, so the
  /// order of images does not matter.
  package init(of subset: ImageSubset) {
    let channels = subset.dataset.channels
    let size = subset.dataset.valuesPerImage
    var sums = [UInt64](repeating: 0, count: channels)
    var squares = [UInt64](repeating: 0, count: channels)
    subset.dataset.pixels.withUnsafeBufferPointer { pixels in
      for index in subset.indices {
        for channel in 0..<channels {
          var sum: UInt64 = 0
          var square: UInt64 = 0
          for offset in stride(from: index * size + channel, to: (index + 1) * size, by: channels) {
            let value = UInt32(pixels[offset])
            sum &+= UInt64(value)
            square &+= UInt64(value &* value)
          }
          sums[channel] += sum
          squares[channel] += square
        }
      }
    }
    let count = Double(max(1, subset.count * (size / channels)))
    let means = sums.map { Double($0) / count }
    mean = means.map { $0 / 255 }
    deviation = zip(squares, means).map { square, mean in
      let variance = Double(square) / count - mean * mean
      return variance > 1e-6 ? variance.squareRoot() / 255 : 1
    }
  }

  /// What each byte of each channel becomes, `[channels, 256]`.
  package func table() -> [Float] {
    zip(mean, deviation).flatMap { mean, deviation in
      (0..<256).map { Float((Double($0) / 255 - mean) / deviation) }
    }
  }
}
