import Engine
import Evaluation
import Export
import Foundation
import Reports
import Search
import WeightFiles

/// What an exported file computes in another runtime, beside what mixnas computes.
struct VerificationReport: Encodable, Equatable {
  struct Pair: Encodable, Equatable {
    var mixnas: Double
    var other: Double
  }

  /// Name and version.
  var runtime: String
  var images: Int
  var imagesAre: String
  var maximumDifference: Double
  var largestLogit: Double
  /// Images on which both give the same answer.
  var sameAnswers: Int
  /// Nil where the images' classes are not the network's.
  var accuracy: Pair?
  /// Medians of one run of `timedBatch` images.
  var milliseconds: Pair
  var timedBatch: Int
  var threads: Int
}

/// Runs an export in its own runtime and in mixnas.
struct ExportVerification {
  let runtime: OtherRuntime
  let images: VerificationImages
  /// For which each side's runs are timed.
  var seconds = 1.0

  /// - Parameters:
  ///   - model: the file to run.
  ///   - batch: images of one run where the file fixes their number.
  /// - Throws: `OtherRuntimeError`, `MemoryShortage`, or `CommandProblem.logitsNotFinite` or
  ///   `exportDiffers`.
  func verify(
    _ network: ExportedNetwork, as kind: OtherRuntime.Kind, model: String,
    weights: String? = nil, batch: Int? = nil
  ) throws -> VerificationReport {
    let classes = network.graph.output.elementCount
    // A fixed batch takes whole batches alone.
    let count = batch.map { max($0, images.count / $0 * $0) } ?? images.count
    try VerificationImages.checkMemory(count, network.graph.input.elementCount)
    let values = repeated(to: count, network.graph.input.elementCount)
    let answer = try runtime.run(
      .init(
        kind: kind, model: model, weights: weights, images: values,
        shape: network.graph.input, batch: batch, seconds: seconds))
    let ours = try network.logits(of: values)
    guard ours.allSatisfy(\.isFinite) else { throw CommandProblem.logitsNotFinite }
    guard answer.logits.count == ours.count else {
      throw CommandProblem.exportDiffers(
        runtime: answer.runtime, difference: .infinity, largest: 0)
    }
    let comparison = LogitComparison(ours, answer.logits, classes: classes)
    guard comparison.isWithinTolerance else {
      throw CommandProblem.exportDiffers(
        runtime: answer.runtime, difference: comparison.maximumDifference,
        largest: comparison.largestLogit)
    }
    // Images that only fill a batch up count once.
    let different = min(count, images.count)
    func once(_ logits: [Float]) -> [Float] { Array(logits.prefix(different * classes)) }
    return VerificationReport(
      runtime: answer.runtime, images: different, imagesAre: images.summary,
      maximumDifference: comparison.maximumDifference, largestLogit: comparison.largestLogit,
      sameAnswers: LogitComparison(once(ours), once(answer.logits), classes: classes).sameAnswers,
      accuracy: images.labels.map { $0.prefix(different) }.map { labels in
        .init(
          mixnas: LogitComparison.accuracy(once(ours), labels: Array(labels), classes: classes),
          other: LogitComparison.accuracy(
            once(answer.logits), labels: Array(labels), classes: classes))
      },
      milliseconds: .init(
        mixnas: try time(network, batch: batch ?? 1),
        other: MedianInterval(answer.milliseconds).median),
      timedBatch: batch ?? 1, threads: 1)
  }

  private func repeated(to count: Int, _ size: Int) -> [Float] {
    if count <= images.count { return Array(images.values.prefix(count * size)) }
    return (0..<count).flatMap { index in
      let start = index % images.count * size
      return images.values[start..<start + size]
    }
  }

  private func time(_ network: ExportedNetwork, batch: Int) throws -> Double {
    let benchmark = NetworkBenchmark(
      budget: .time(.seconds(seconds)), threads: try PinnedThreads(1))
    return try benchmark.measure([try InferenceSubject(graph: network.graph, batch: batch)])[0]
      .medianMilliseconds
  }
}

extension ExportedNetwork {
  /// What the engine computes, `[images, classes]`.
  ///
  /// - Parameter values: `[images, height, width, channels]`.
  /// - Throws: `MemoryShortage`.
  func logits(of values: [Float]) throws -> [Float] {
    let size = graph.input.elementCount
    let count = values.count / size
    let network = try InferenceNetwork(
      graph: graph, weights: weights, batchSize: max(1, min(16, count)))
    var logits: [Float] = []
    for first in stride(from: 0, to: count, by: network.batchSize) {
      let images = min(network.batchSize, count - first)
      _ = network.inputBuffer.update(
        fromContentsOf: values[first * size..<(first + images) * size])
      network.run(images: images)
      logits += network.logits.prefix(images * graph.output.elementCount)
    }
    return logits
  }
}

extension VerificationReport {
  /// A few lines for people.
  var rendered: String {
    var lines = [
      "verified in \(runtime) on \(images) \(imagesAre)",
      "  logits    differ by \(String(format: "%.1e", maximumDifference)) at most "
        + "(largest \(String(format: "%.3g", largestLogit))); same answer on \(sameAnswers) of "
        + "\(images)",
    ]
    if let accuracy {
      lines.append(
        "  accuracy  \(Numbers.accuracy(accuracy.mixnas)) in mixnas, "
          + "\(Numbers.accuracy(accuracy.other)) there")
    }
    let work = timedBatch == 1 ? "one image" : "\(timedBatch) images"
    lines.append(
      "  latency   \(Numbers.milliseconds(milliseconds.mixnas)) in mixnas, "
        + "\(Numbers.milliseconds(milliseconds.other)) there (\(work), one thread)")
    return lines.joined(separator: "\n") + "\n"
  }
}
