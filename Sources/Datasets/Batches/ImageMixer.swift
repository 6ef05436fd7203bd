import Randomness

/// How images of a batch are mixed in pairs, so that a network learns from what lies between
/// two images. Both may be on: each batch then has one of them, with equal chances.
package struct MixingOptions: Sendable, Hashable, Codable {
  /// Weighted sums of two images (Zhang et al. 2018, mixup): the shape of the beta distribution
  /// that weights are drawn from; 0 for none. Usual are 0.1 to 0.4.
  package var mixup: Double
  /// A rectangle of one image in the other (Yun et al. 2019, CutMix): likewise. Usual is 1.
  package var cutmix: Double

  package init(mixup: Double = 0, cutmix: Double = 0) {
    precondition(mixup >= 0 && cutmix >= 0, "shapes can't be negative")
    self.mixup = mixup
    self.cutmix = cutmix
  }

  /// What each shape may be, in words and as a check. A tiny one draws nothing but 0 and 1.
  package static let allowed = "0 or from 0.001 to 1000"
  package static func isAllowed(_ shape: Double) -> Bool {
    shape == 0 || (0.001...1000).contains(shape)
  }

  package var isNone: Bool { mixup == 0 && cutmix == 0 }
}

/// Mixes the images of a batch: the first with the last, the second with the last but one, and
/// so on, which is as random as the order of the epoch. Of an odd number, the middle one stays as
/// it is.
///
/// The draws depend on the stream's key, the epoch and the step alone. All pairs of a batch have
/// the same weights or rectangle, as in the papers.
package struct ImageMixer: Sendable {
  package let options: MixingOptions
  private let height: Int
  private let width: Int
  private let channels: Int
  private let random: RandomStream

  package init(
    _ options: MixingOptions, height: Int, width: Int, channels: Int, random: RandomStream
  ) {
    self.options = options
    self.height = height
    self.width = width
    self.channels = channels
    self.random = random.substream("mixing")
  }

  /// Whom an image of a batch is mixed with.
  package static func partner(of position: Int, images: Int) -> Int { images - 1 - position }

  /// Mixes `[images, height, width, channels]` in place.
  ///
  /// - Parameters:
  ///   - epoch: from 0.
  ///   - step: of the epoch, from 0.
  /// - Returns: the share of an image's target that is its partner's, 0 … 1.
  package func mix(
    _ batch: UnsafeMutablePointer<Float>, images: Int, epoch: Int, step: Int
  ) -> Double {
    if options.isNone { return 0 }
    var random = random.substream("epoch", epoch).substream("step", step)
    let isMixup =
      options.cutmix == 0 || (options.mixup > 0 && random.chance(0.5))
    if isMixup {
      let weight = random.symmetricBeta(options.mixup)
      // A pair is mixed both ways, so the smaller weight may be the partner's.
      let share = min(weight, 1 - weight)
      forEachPair(batch, images) { blend($0, $1, share: Float(share)) }
      return share
    }
    let rectangle = rectangle(&random)
    forEachPair(batch, images) { exchange(rectangle, of: $0, and: $1) }
    return Double(rectangle.rows.count * rectangle.columns.count) / Double(height * width)
  }

  private typealias Image = UnsafeMutablePointer<Float>

  private func forEachPair(_ batch: Image, _ images: Int, _ body: (Image, Image) -> Void) {
    let size = height * width * channels
    for position in 0..<images / 2 {
      body(batch + position * size, batch + Self.partner(of: position, images: images) * size)
    }
  }

  private func blend(_ first: Image, _ second: Image, share: Float) {
    for offset in 0..<height * width * channels {
      let difference = share * (second[offset] - first[offset])
      first[offset] += difference
      second[offset] -= difference
    }
  }

  private struct Rectangle {
    var rows: Range<Int>
    var columns: Range<Int>
  }

  /// With sides in proportion to the image's and a centre anywhere in it; what lies outside is
  /// cut off.
  private func rectangle(_ random: inout RandomStream) -> Rectangle {
    let side = (1 - random.symmetricBeta(options.cutmix)).squareRoot()
    func range(_ size: Int) -> Range<Int> {
      let length = Int(side * Double(size))
      let start = random.below(size) - length / 2
      return max(0, start)..<max(0, min(size, start + length))
    }
    let rows = range(height)
    return Rectangle(rows: rows, columns: range(width))
  }

  private func exchange(_ rectangle: Rectangle, of first: Image, and second: Image) {
    for row in rectangle.rows {
      let start = (row * width + rectangle.columns.lowerBound) * channels
      for offset in start..<start + rectangle.columns.count * channels {
        (first[offset], second[offset]) = (second[offset], first[offset])
      }
    }
  }
}
