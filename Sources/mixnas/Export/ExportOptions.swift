import ArgumentParser
import Export

/// What `export` can write.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable, Encodable {
  case genome, blocks, dot, safetensors, onnx, pytorch

  var hasWeights: Bool {
    switch self {
    case .genome, .blocks, .dot: false
    case .safetensors, .onnx, .pytorch: true
    }
  }

  /// What a file of this name is expected to hold; nil where the name doesn't say.
  init?(ofFile name: String) {
    guard let format = Self.allCases.first(where: { $0.isSuffixed(name) }) else { return nil }
    self = format
  }

  /// Whether a file of this name is named as its files are, in whatever case.
  func isSuffixed(_ name: String) -> Bool { suffix.map(name.lowercased().hasSuffix) == true }

  /// The runtime that can run it.
  var runtime: OtherRuntime.Kind? { self == .onnx ? .onnx : self == .pytorch ? .pytorch : nil }

  /// What the names of its files end with, where there is one file a network.
  var suffix: String? {
    switch self {
    case .blocks: nil
    case .genome: ".json"
    case .dot: ".dot"
    case .safetensors: ".safetensors"
    case .onnx: ".onnx"
    case .pytorch: ".py"
    }
  }
}

/// How mixed depthwise layers become ONNX.
enum MixedLayers: String, CaseIterable, ExpressibleByArgument {
  case split, merged
  /// Whichever ONNX Runtime runs faster here.
  case fastest
}

extension ONNXOptions.Batch: ExpressibleByArgument {
  package init?(argument: String) {
    if argument == "symbolic" {
      self = .symbolic
    } else if let images = Int(argument), (1...4096).contains(images) {
      self = .fixed(images)
    } else {
      return nil
    }
  }
}

/// How an ONNX file is written.
struct ONNXExportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Images of one run: 1 to 4096, or symbolic for any number. (default: 1)",
      valueName: "images"))
  var batch: ONNXOptions.Batch?

  @Option(
    help: ArgumentHelp(
      "Mixed depthwise layers: split (a convolution for each kernel), merged (one, its kernels "
        + "amid zeros), or fastest, for which ONNX Runtime runs both. (default: split)"))
  var mixed: MixedLayers?

  @Flag(help: "Keep batch norms and dropout as operations of their own.")
  var training = false

  /// The ways that come into question.
  var variants: [ONNXOptions] {
    let layers: [ONNXOptions.MixedDepthwise] =
      switch mixed {
      case .split, nil: [.split]
      case .merged: [.merged]
      case .fastest: [.split, .merged]
      }
    return layers.map {
      ONNXOptions(batch: batch ?? .fixed(1), mixedDepthwise: $0, keepsTraining: training)
    }
  }

  func validate(for format: ExportFormat) throws {
    guard format != .onnx else { return }
    for (option, isGiven) in [
      ("--batch", batch != nil), ("--mixed", mixed != nil), ("--training", training),
    ] where isGiven {
      throw ValidationError("\(option) is for --format onnx, not for \(format.rawValue).")
    }
  }
}

/// Whether and how an export is run elsewhere.
struct VerificationOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo, exclusivity: .exclusive,
    help: ArgumentHelp(
      "Run the export in ONNX Runtime or PyTorch and compare. Unless asked for, it is done where "
        + "they are at hand."))
  var verify: Bool?

  @Option(
    help: ArgumentHelp(
      "The Python interpreter that has onnxruntime or torch; naming one asks for the comparison. "
        + "(default: python3)"))
  var python: String?

  @Option(help: "Images to compare on. (default: 256)")
  var images: Int?

  /// Whether an export fails where it can't be run.
  var isRequired: Bool { verify == true || python != nil }

  func validate() throws {
    if let images, !(1...100_000).contains(images) {
      throw ValidationError("--images must be from 1 to 100000, not \(images).")
    }
    if verify == false {
      for (option, isGiven) in choices where isGiven {
        throw ValidationError("\(option) is for a comparison, which --no-verify leaves out.")
      }
    }
  }

  func validate(for format: ExportFormat) throws {
    if format.runtime != nil { return }
    let all = [("--verify", verify == true), ("--no-verify", verify == false)] + choices
    for (option, isGiven) in all where isGiven {
      throw ValidationError(
        "\(option) is for formats that another runtime can run (onnx, pytorch), not for "
          + "\(format.rawValue).")
    }
  }

  private var choices: [(option: String, isGiven: Bool)] {
    [("--python", python != nil), ("--images", images != nil)]
  }
}
