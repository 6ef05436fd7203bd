import Export
import Reports

/// What `export` says of one network that it has written.
struct ExportReport: Encodable {
  struct File: Encodable {
    var path: String
    var bytes: Int
  }

  struct Weights: Encodable {
    var source: String
    var digest: String
    /// Of a candidate that was trained again: the accuracy now and at the time, 0 to 1.
    var accuracy: Double?
    var recordedAccuracy: Double?

    init(_ network: WeightedNetwork) {
      source = network.source.summary
      digest = network.exported.weights.digest
      if case .retrained(let recorded, let accuracy, _) = network.source {
        recordedAccuracy = recorded
        self.accuracy = accuracy
      }
    }
  }

  /// How mixed layers were written, and how long ONNX Runtime took with each way.
  struct MixedLayers: Encodable {
    var written: String
    var milliseconds: [String: Double]
  }

  var network: String
  var format: ExportFormat
  var files: [File]
  var weights: Weights?
  var mixedLayers: MixedLayers?
  var verification: VerificationReport?
  /// Why no other runtime has run the export.
  var unverified: String?

  init(network: String, format: ExportFormat, files: [File]) {
    self.network = network
    self.format = format
    self.files = files
  }

  /// A few lines for people.
  var rendered: String {
    var lines = files.map { "wrote \($0.path), \(Numbers.grouped($0.bytes)) bytes\n" }
    if let weights { lines.append("\(weights.source), digest \(weights.digest)\n") }
    if let mixedLayers {
      let times = mixedLayers.milliseconds.sorted { $0.value < $1.value }.map {
        "\($0.key) \(Numbers.milliseconds($0.value))"
      }
      lines.append(
        "mixed layers \(mixedLayers.written), the fastest in ONNX Runtime here: "
          + "\(times.joined(separator: ", "))\n")
    }
    if let verification {
      lines.append(verification.rendered)
    } else if let unverified {
      lines.append("parsed again, but run in no other runtime: \(unverified)\n")
    } else {
      lines.append("parsed again and compared to the bit\n")
    }
    return lines.joined()
  }
}
