import Architectures
import Files
import Foundation

/// Python with ONNX Runtime or PyTorch, which runs an exported network.
package struct OtherRuntime: Sendable {
  /// What runs there, ONNX Runtime or PyTorch.
  package enum Kind: String, Sendable, Hashable {
    case onnx, pytorch

    /// What pip calls it.
    package var package: String {
      switch self {
      case .onnx: "onnxruntime"
      case .pytorch: "torch"
      }
    }
  }

  /// What it is given.
  package struct Request: Sendable {
    package var kind: Kind
    /// The exported file.
    package var model: String
    /// PyTorch's other file.
    package var weights: String?
    /// Normalised, `[images, height, width, channels]`.
    package var images: [Float]
    package var shape: TensorShape
    /// Images of one run; nil for as many as are convenient.
    package var batch: Int?
    package var threads: Int
    /// For which runs are timed.
    package var seconds: Double

    package init(
      kind: Kind, model: String, weights: String? = nil, images: [Float], shape: TensorShape,
      batch: Int?, threads: Int = 1, seconds: Double = 1
    ) {
      self.kind = kind
      self.model = model
      self.weights = weights
      self.images = images
      self.shape = shape
      self.batch = batch
      self.threads = threads
      self.seconds = seconds
    }
  }

  package struct Answer: Sendable {
    /// Name and version.
    package var runtime: String
    /// Of all images, one after the other.
    package var logits: [Float]
    /// Of each timed run.
    package var milliseconds: [Double]
  }

  /// A path or a name.
  package let python: String
  package let timeLimit: Duration
  /// For files that are gone again when a run ends.
  package let folder: URL

  package init(
    python: String, timeLimit: Duration = .seconds(600),
    folder: URL = FileManager.default.temporaryDirectory
  ) {
    self.python = python
    self.timeLimit = timeLimit
    self.folder = folder
  }

  /// Looks quickly whether there is an interpreter with the runtime.
  ///
  /// - Throws: `OtherRuntimeError`, an absence.
  package func check(_ kind: Kind) throws {
    guard let executable = ChildProcess.find(python) else {
      throw OtherRuntimeError.noPython(python)
    }
    for module in ["numpy", kind.package] {
      let missing: Int32 = 3
      let look =
        "import importlib.util as u; raise SystemExit(0 if u.find_spec('\(module)') else \(missing))"
      let result: ChildProcess.Result
      do {
        result = try ChildProcess(
          executable: executable, arguments: ["-c", look], timeLimit: .seconds(60)
        ).run(in: folder)
      } catch {
        throw OtherRuntimeError.notStarted(executable, error.localizedDescription)
      }
      switch result.ending {
      case .exited(0): break
      case .exited(missing): throw OtherRuntimeError.missing(module: module, python: executable)
      default:
        throw OtherRuntimeError.noInterpreter(executable, lastLines: result.lastLines)
      }
    }
  }

  /// Runs the network on all images, then times it.
  ///
  /// - Throws: `OtherRuntimeError`, `FileError`.
  package func run(_ request: Request) throws -> Answer {
    guard let executable = ChildProcess.find(python) else {
      throw OtherRuntimeError.noPython(python)
    }
    let folder = folder.appendingPathComponent("mixnas-verify-\(UUID().uuidString)")
    try Folder.make(folder.path)
    defer { try? FileManager.default.removeItem(at: folder) }

    let files = RequestFiles(folder)
    for (contents, file) in [
      (Data(VerificationScript.source.utf8), files.script),
      (Self.bytes(Self.planar(request.images, request.shape)), files.images),
      (try JSONEncoder().encode(Message(request, files)), files.request),
    ] {
      try WholeFile.writeTemporary(contents, to: file.path)
    }
    let result: ChildProcess.Result
    do {
      result = try ChildProcess(
        executable: executable, arguments: [files.script.path, files.request.path],
        timeLimit: timeLimit
      ).run(in: folder)
    } catch {
      throw OtherRuntimeError.notStarted(executable, error.localizedDescription)
    }
    switch result.ending {
    case .outOfTime: throw OtherRuntimeError.outOfTime(request.kind, timeLimit)
    case .exited(0): break
    case .exited, .signalled:
      throw OtherRuntimeError.failed(request.kind, lastLines: result.lastLines)
    }
    guard let answer = try? WholeFile.read(files.answer.path),
      let reply = try? JSONDecoder().decode(Reply.self, from: answer)
    else {
      throw OtherRuntimeError.failed(
        request.kind, lastLines: "\(executable) ended without an answer: is it Python?")
    }
    if let reason = reply.broken {
      throw OtherRuntimeError.broken(
        module: request.kind.package, python: executable, reason: reason)
    }
    guard let runtime = reply.runtime else {
      throw OtherRuntimeError.missing(
        module: reply.missing ?? request.kind.package, python: executable)
    }
    return Answer(
      runtime: runtime, logits: Self.floats(try WholeFile.read(files.logits.path)),
      milliseconds: reply.milliseconds ?? [])
  }

  private struct RequestFiles {
    let script, request, images, logits, answer: URL

    init(_ folder: URL) {
      script = folder.appendingPathComponent("verify.py")
      request = folder.appendingPathComponent("request.json")
      images = folder.appendingPathComponent("images.f32")
      logits = folder.appendingPathComponent("logits.f32")
      answer = folder.appendingPathComponent("answer.json")
    }
  }

  private struct Message: Encodable {
    let runtime, model, weights, images, logits, answer: String
    let shape: [Int]
    let batch, timed_batch, threads: Int
    let seconds: Double

    init(_ request: Request, _ files: RequestFiles) {
      runtime = request.kind.rawValue
      model = request.model
      weights = request.weights ?? ""
      images = files.images.path
      logits = files.logits.path
      answer = files.answer.path
      let side = request.shape
      shape = [
        request.images.count / side.elementCount, side.channels, side.height, side.width,
      ]
      batch = request.batch ?? 16
      timed_batch = request.batch ?? 1
      threads = request.threads
      seconds = request.seconds
    }
  }

  private struct Reply: Decodable {
    var runtime: String?
    var missing: String?
    /// Why a module that is there can't be imported.
    var broken: String?
    var milliseconds: [Double]?
  }

  /// From `[images, height, width, channels]` to `[images, channels, height, width]`.
  static func planar(_ images: [Float], _ shape: TensorShape) -> [Float] {
    let pixels = shape.height * shape.width
    var result = [Float](repeating: 0, count: images.count)
    for image in 0..<images.count / shape.elementCount {
      let start = image * shape.elementCount
      for pixel in 0..<pixels {
        for channel in 0..<shape.channels {
          let value = images[start + pixel * shape.channels + channel]
          result[start + channel * pixels + pixel] = value
        }
      }
    }
    return result
  }

  private static func bytes(_ values: [Float]) -> Data {
    values.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
  }

  private static func floats(_ data: Data) -> [Float] {
    data.withUnsafeBytes { bytes in
      (0..<data.count / 4).map {
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }
}

extension ChildProcess.Result {
  fileprivate var lastLines: String {
    errors.split(separator: "\n").suffix(8).joined(separator: "\n")
  }
}

/// Why another runtime said nothing of an export.
package enum OtherRuntimeError: Error, Sendable, Hashable {
  case noPython(String)
  case notStarted(String, String)
  /// The program does not do what Python does.
  case noInterpreter(String, lastLines: String)
  /// The interpreter lacks a module.
  case missing(module: String, python: String)
  /// The interpreter has the module, which can't be imported.
  case broken(module: String, python: String, reason: String)
  case failed(OtherRuntime.Kind, lastLines: String)
  case outOfTime(OtherRuntime.Kind, Duration)

  /// Whether there is nothing to verify with, rather than something that went wrong.
  package var isAbsence: Bool {
    switch self {
    case .noPython, .notStarted, .noInterpreter, .missing, .broken: true
    case .failed, .outOfTime: false
    }
  }
}

extension OtherRuntimeError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noPython(let name):
      "there is no Python interpreter '\(name)'; --python PATH names one"
    case .notStarted(let path, let reason): "\(path) can't be started: \(reason)"
    case .noInterpreter(let path, let lines):
      "\(path) does not do what Python does; --python PATH names another one"
        + (lines.isEmpty ? "" : ":\n\(lines)")
    case .missing(let module, let python):
      "\(python) has no module '\(module)'; install it there, or name another interpreter with "
        + "--python PATH"
    case .broken(let module, let python, let reason):
      "\(python) can't import '\(module)' (\(reason)); mend it, or name another interpreter with "
        + "--python PATH"
    case .failed(let kind, let lines):
      "\(kind.package) could not run the exported network:\n\(lines)"
    case .outOfTime(let kind, let limit):
      "\(kind.package) took longer than \(limit.components.seconds) seconds; --no-verify exports "
        + "without it"
    }
  }
}
