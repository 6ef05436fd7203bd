import Engine
import Testing

@testable import Evaluation
@testable import Reports

private func status(
  epoch: Int, step: Int = 0, finished: TrainingProgress.Epoch? = nil, isBest: Bool = false
) -> TrainingStatus {
  TrainingStatus(
    epoch: epoch, epochs: 12, step: step, stepsPerEpoch: 40,
    sums: step == 0 ? BatchResult() : BatchResult(images: 100, lossSum: 50, correct: 80),
    secondsLeft: 250, finished: finished, isBest: isBest)
}

private func epoch(_ number: Int, validation: Double?) -> TrainingProgress.Epoch {
  TrainingProgress.Epoch(
    number: number, steps: 40 * number, learningRate: 0.1, trainingLoss: 0.43211,
    trainingAccuracy: 0.8512, validationLoss: validation.map { _ in 0.5 },
    validationAccuracy: validation, imagesPerSecond: 1912.7, seconds: 3)
}

@Test func aFinishedEpochSaysWhatItBroughtAndTheTimeLeft() {
  #expect(TrainingLines.epoch(status(epoch: 3, step: 4)) == nil)
  #expect(
    TrainingLines.epoch(
      status(epoch: 3, finished: epoch(3, validation: 0.87341), isBest: true))
      == "epoch  3/12  loss 0.4321  accuracy 0.8512  validation 0.8734 (best)  1,912 images/s  "
      + "4 min 10 s left")
  #expect(
    TrainingLines.epoch(status(epoch: 12, finished: epoch(12, validation: nil)))
      == "epoch 12/12  loss 0.4321  accuracy 0.8512  1,912 images/s")
}

@Test func aStepShowsHowFarTheEpochIs() {
  #expect(
    TrainingLines.step(status(epoch: 4, step: 20), barWidth: 8)
      == "epoch  4/12  [████░░░░]  loss 0.5000  accuracy 0.8000  4 min 10 s left")
  #expect(
    TrainingLines.step(status(epoch: 4), barWidth: 2)
      == "epoch  4/12  [░░]  4 min 10 s left")
}

@Test func linesThatStayTakeThePlaceOfLiveOnes() {
  var written = ""
  let display = ProgressDisplay(style: .terminal) { written += $0 }
  display.live("working on it")
  display.line("done")
  display.finish()
  #expect(written == "\rworking on it\rdone         \n")
  written = ""
  let plain = ProgressDisplay(style: .lines) { written += $0 }
  plain.live("working on it")
  plain.line("done")
  plain.finish()
  #expect(written == "done\n")
}
