import Foundation
import Testing

@testable import Engine

@Suite struct TrainingLossTests {
  private let logits: [Float] = [0.5, -1, 2, 0.25, 3, 3, -2, 1]

  @Test(arguments: [0, 0.1, 0.5])
  func lossAndGradientEqualTheDefinition(_ smoothing: Double) {
    let loss = SoftmaxCrossEntropy(classes: 4, smoothing: smoothing)
    var gradient = [Float](repeating: .nan, count: 8)
    let labels: [Int32] = [2, 1]
    let result = loss.evaluate(images: 2, logits: logits, labels: labels, gradient: &gradient)
    var expected = 0.0
    for image in 0..<2 {
      let row = logits[image * 4..<(image + 1) * 4].map { exp(Double($0)) }
      let total = row.reduce(0, +)
      for (index, value) in row.enumerated() {
        let target =
          (index == Int(labels[image]) ? 1 - smoothing : 0) + smoothing / 4
        expected -= target * log(value / total)
        let slope = (value / total - target) / 2
        #expect(abs(Double(gradient[image * 4 + index]) - slope) < 1e-7)
      }
    }
    #expect(abs(result.lossSum - expected) < 1e-12)
    // The second row's first largest logit is that of class 0.
    #expect(result.correct == 1)
  }

  struct Mixture: Sendable {
    let share: Double
    /// Of the two images; the first largest logits are those of classes 2 and 0.
    let partners: [Int32]
    let correct: Int
  }

  /// Against the definition in double precision, and against differences of the loss.
  @Test(arguments: [
    Mixture(share: 0.3, partners: [3, 0], correct: 1),
    Mixture(share: 0.7, partners: [3, 0], correct: 1),
    Mixture(share: 0.7, partners: [3, 3], correct: 0),
    Mixture(share: 0.3, partners: [2, 1], correct: 1),
    Mixture(share: 1, partners: [0, 0], correct: 1),
  ])
  func lossAndGradientOfMixedImages(_ mixture: Mixture) {
    for smoothing in [0, 0.1] {
      let loss = SoftmaxCrossEntropy(classes: 4, smoothing: smoothing)
      let labels: [Int32] = [2, 1]
      func evaluate(
        _ logits: [Float], _ gradient: UnsafeMutablePointer<Float>?
      ) -> (lossSum: Double, correct: Int) {
        mixture.partners.withUnsafeBufferPointer { partners in
          loss.evaluate(
            images: 2, logits: logits, labels: labels,
            partners: partners.baseAddress.map { .init(labels: $0, share: mixture.share) },
            gradient: gradient)
        }
      }
      var gradient = [Float](repeating: .nan, count: 8)
      let result = gradient.withUnsafeMutableBufferPointer { evaluate(logits, $0.baseAddress) }
      #expect(result.correct == mixture.correct)
      var expected = 0.0
      for image in 0..<2 {
        let row = logits[image * 4..<(image + 1) * 4].map { exp(Double($0)) }
        let total = row.reduce(0, +)
        for (index, value) in row.enumerated() {
          var target = smoothing / 4
          if index == Int(labels[image]) { target += (1 - smoothing) * (1 - mixture.share) }
          if index == Int(mixture.partners[image]) { target += (1 - smoothing) * mixture.share }
          expected -= target * log(value / total)
          #expect(
            abs(Double(gradient[image * 4 + index]) - (value / total - target) / 2) < 1e-7)
        }
      }
      #expect(abs(result.lossSum - expected) < 1e-12)
      for place in 0..<8 {
        var (up, down) = (logits, logits)
        up[place] += 0x1p-7
        down[place] -= 0x1p-7
        let slope = (evaluate(up, nil).lossSum - evaluate(down, nil).lossSum) / (2 * 0x1p-7)
        // The third derivative is below ½: the difference is off by less than 2⁻¹⁴ / 12.
        #expect(abs(slope / 2 - Double(gradient[place])) < 1e-5)
      }
    }
  }

  @Test func noPartnerIsTheSameBits() {
    let loss = SoftmaxCrossEntropy(classes: 4, smoothing: 0.1)
    var plain = [Float](repeating: .nan, count: 8)
    var own = plain
    let labels: [Int32] = [2, 1]
    let first = loss.evaluate(images: 2, logits: logits, labels: labels, gradient: &plain)
    let second = labels.withUnsafeBufferPointer { partners in
      own.withUnsafeMutableBufferPointer { own in
        loss.evaluate(
          images: 2, logits: logits, labels: labels,
          partners: partners.baseAddress.map { .init(labels: $0, share: 0.4) },
          gradient: own.baseAddress)
      }
    }
    #expect(first == second)
    #expect(plain == own)
  }

  @Test func hugeLogitsAreSafe() {
    let loss = SoftmaxCrossEntropy(classes: 4, smoothing: 0)
    var gradient = [Float](repeating: .nan, count: 4)
    let huge: [Float] = [3e38, -3e38, 0, 1e38]
    let result = loss.evaluate(images: 1, logits: huge, labels: [0], gradient: &gradient)
    #expect(result.lossSum == 0 && result.correct == 1)
    #expect(gradient == [0, 0, 0, 0])
    let wrong = loss.evaluate(images: 1, logits: huge, labels: [1], gradient: nil)
    #expect(wrong.lossSum.isFinite && wrong.correct == 0)
  }

  @Test(arguments: [Float.nan, .infinity])
  func whatIsNotFiniteShowsInTheLoss(_ value: Float) {
    let loss = SoftmaxCrossEntropy(classes: 3, smoothing: 0.1)
    for position in 0..<3 {
      var row: [Float] = [1, 2, 3]
      row[position] = value
      let result = loss.evaluate(images: 1, logits: row, labels: [1], gradient: nil)
      #expect(!result.lossSum.isFinite)
    }
  }
}
