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
