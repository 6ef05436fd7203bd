import Randomness
import Testing

@testable import Datasets

struct ImageMixerTests {
  private func mixer(_ options: MixingOptions, seed: UInt64 = 2) -> ImageMixer {
    ImageMixer(options, height: 5, width: 6, channels: 2, random: RandomStream(seed: seed))
  }

  private func images(_ count: Int) -> [Float] {
    var random = RandomStream(seed: 8)
    return (0..<count * 60).map { _ in random.normal() }
  }

  private func mixed(
    _ mixer: ImageMixer, _ images: [Float], epoch: Int, step: Int
  ) -> (share: Double, values: [Float]) {
    var values = images
    let count = images.count / 60
    let share = values.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { mixer.mix($0, images: count, epoch: epoch, step: step) } ?? 0
    }
    return (share, values)
  }

  @Test func noneChangesNothing() {
    let images = images(4)
    let result = mixed(mixer(MixingOptions()), images, epoch: 0, step: 0)
    #expect(result.share == 0)
    #expect(result.values == images)
  }

  @Test(arguments: [4, 5]) func mixupIsAWeightedSum(_ count: Int) {
    let images = images(count)
    var shares: Set<Double> = []
    for step in 0..<20 {
      let (share, values) = mixed(
        mixer(MixingOptions(mixup: 0.4)), images, epoch: 1, step: step)
      shares.insert(share)
      #expect((0...0.5).contains(share))
      for position in 0..<count {
        let partner = ImageMixer.partner(of: position, images: count)
        for offset in 0..<60 {
          let own = Double(images[position * 60 + offset])
          let other = Double(images[partner * 60 + offset])
          let expected = own * (1 - share) + other * share
          // Two roundings of numbers below 8.
          #expect(abs(Double(values[position * 60 + offset]) - expected) < 2e-6)
        }
      }
    }
    #expect(shares.count > 10)
  }

  @Test func cutmixExchangesOneRectangle() {
    let images = images(5)
    var shares: Set<Double> = []
    for step in 0..<40 {
      let (share, values) = mixed(
        mixer(MixingOptions(cutmix: 1)), images, epoch: 0, step: step)
      shares.insert(share)
      var changed: Set<Int>?
      for position in 0..<5 where position != 2 {
        let partner = 4 - position
        var pixels: Set<Int> = []
        for pixel in 0..<30 {
          let own = Array(images[(position * 30 + pixel) * 2..<(position * 30 + pixel + 1) * 2])
          let other = Array(images[(partner * 30 + pixel) * 2..<(partner * 30 + pixel + 1) * 2])
          let value = Array(values[(position * 30 + pixel) * 2..<(position * 30 + pixel + 1) * 2])
          if value == other { pixels.insert(pixel) } else { #expect(value == own) }
        }
        #expect(changed == nil || changed == pixels, "the same rectangle for all pairs")
        changed = pixels
      }
      let pixels = changed ?? []
      let rows = Set(pixels.map { $0 / 6 })
      let columns = Set(pixels.map { $0 % 6 })
      #expect(pixels.count == rows.count * columns.count, "a rectangle")
      #expect(share == Double(pixels.count) / 30)
      #expect(values[120..<180] == images[120..<180], "the middle one has no partner")
    }
    #expect(shares.count > 5)
  }

  @Test func drawsDependOnEpochAndStepAlone() {
    let images = images(4)
    let options = MixingOptions(mixup: 0.3, cutmix: 1)
    let first = mixed(mixer(options), images, epoch: 2, step: 3)
    _ = mixed(mixer(options), images, epoch: 0, step: 0)
    let again = mixed(mixer(options), images, epoch: 2, step: 3)
    #expect(first.values == again.values && first.share == again.share)
    #expect(mixed(mixer(options), images, epoch: 2, step: 4).values != first.values)
    #expect(mixed(mixer(options), images, epoch: 3, step: 3).values != first.values)
    #expect(mixed(mixer(options, seed: 9), images, epoch: 2, step: 3).values != first.values)
  }

  /// Of 400 batches, 200 in the mean; ±50 are five standard deviations.
  @Test func bothTakeTurnsAtRandom() {
    let images = images(2)
    let mixer = mixer(MixingOptions(mixup: 0.3, cutmix: 1))
    let isMixup = (0..<400).count { step in
      let values = mixed(mixer, images, epoch: 0, step: step).values
      let own = Set(images)
      return !values.allSatisfy(own.contains)
    }
    #expect((150...250).contains(isMixup))
  }
}
