import Engine
import Export
import Files
import Foundation
import RunStore
import Search
import TrainingStore
import WeightFiles

/// Writes networks with their weights, each file only after it was parsed again and, where
/// possible, run by another runtime.
struct WeightedExport {
  let format: ExportFormat
  /// Of several, the one that ONNX Runtime runs fastest is written.
  let onnx: [ONNXOptions]
  let verification: VerificationOptions
  let subjects: ExportSubjects
  /// Nil where none was given.
  let seed: UInt64?

  /// A network's file in a folder for several.
  func path(of subject: ExportSubjects.Subject, in folder: String) throws -> String {
    try Folder.make(folder)
    let name = subject.network.name
    guard format == .pytorch else {
      return "\(folder)/\(name.replacing("/", with: "-"))\(format.suffix ?? "")"
    }
    // What Python can import.
    let module = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    return "\(folder)/\(module.first?.isNumber == true ? "_" : "")\(module)\(format.suffix ?? "")"
  }

  func write(_ subject: ExportSubjects.Subject, to output: String) throws -> ExportReport {
    try checkPlace(output)
    let network = try weighted(subject)
    let attempts = try onnx.map { options in
      let files = try files(of: network.exported, onnx: options, at: output)
      try checkReplacement(files)
      return Attempt(
        mixedLayers: options.mixedDepthwise.rawValue, files: files,
        outcome: try verified(network.exported, files, options))
    }
    guard let chosen = attempts.min(by: { $0.milliseconds < $1.milliseconds }) else {
      preconditionFailure("there is no way to write a network")
    }
    var report = ExportReport(
      network: subject.network.name, format: format,
      files: chosen.files.map { .init(path: $0.path, bytes: $0.data.count) })
    report.weights = .init(network)
    switch chosen.outcome {
    case .success(let verification): report.verification = verification
    case .failure(let reason): report.unverified = reason.text
    }
    if attempts.count > 1 {
      let times = attempts.map { ($0.mixedLayers, $0.milliseconds) }
      report.mixedLayers = .init(
        written: chosen.mixedLayers, milliseconds: Dictionary(uniqueKeysWithValues: times))
    }
    for file in chosen.files { try WholeFile.write(file.data, to: file.path) }
    if format == .pytorch { noteModule(of: output) }
    return report
  }

  private struct File {
    var path: String
    var data: Data
  }

  /// One way of writing a network, and what came of running it.
  private struct Attempt {
    var mixedLayers: String
    var files: [File]
    var outcome: Result<VerificationReport?, Unverified>

    /// In the other runtime; infinite where it was not run.
    var milliseconds: Double {
      if case .success(let report?) = outcome { report.milliseconds.other } else { .infinity }
    }
  }

  /// Fails before the work rather than after it.
  private func checkPlace(_ output: String) throws {
    try OutputFile.check(output)
    let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: output, isDirectory: &isDirectory),
      isDirectory.boolValue
    {
      throw CommandProblem.unwritable(file: output, reason: "there is a folder of this name")
    }
    guard FileManager.default.fileExists(atPath: folder) else {
      throw CommandProblem.unwritable(file: output, reason: "there is no folder \(folder)")
    }
    guard FileManager.default.isWritableFile(atPath: folder) || WholeFile.isSpecial(output) else {
      throw CommandProblem.unwritable(file: output, reason: "the folder can't be written to")
    }
  }

  /// A PyTorch file replaces no script but an earlier export. The weights beside it have a name
  /// that nobody gave: they replace what is the same, or what that export wrote; not what PyTorch
  /// has put in its place.
  private func checkReplacement(_ files: [File]) throws {
    guard format == .pytorch, let weights = files.first, let source = files.last else { return }
    let name = URL(fileURLWithPath: weights.path).lastPathComponent
    let isExport = FileManager.default.contents(atPath: source.path).map {
      ExportedNetwork.isPyTorchSource($0, of: name)
    }
    if isExport == false {
      throw CommandProblem.unwritable(
        file: source.path,
        reason: "the file that is there is no export; choose another name, or move it away")
    }
    guard let found = FileManager.default.contents(atPath: weights.path), found != weights.data
    else { return }
    if isExport == true, (try? WeightFile(path: weights.path)) != nil { return }
    throw CommandProblem.unwritable(
      file: weights.path,
      reason: "the weights of \(source.path) would replace this file; choose another name, or move "
        + "it away")
  }

  private func noteModule(of output: String) {
    let module = WholeFile.place(of: output).name.dropLast(".py".count)
    if module.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
      Terminal.writeError(
        "'\(module)' is no name that 'import' takes: export it under another, or load it by its "
          + "path with importlib\n")
    }
  }

  private func weighted(_ subject: ExportSubjects.Subject) throws -> WeightedNetwork {
    if let reader = subjects.reader, let candidate = subject.candidate {
      if seed != nil { throw CommandProblem.seedOfTrained(network: subject.network.name) }
      let own = reader.dataset.source
      let isCompared = format.runtime != nil && verification.verify != false
      // Others than the run's own are of use for a comparison alone.
      let fallback = subjects.isDatasetNamed && isCompared ? own : nil
      return try CandidateWeights(
        reader: reader, source: subjects.source ?? own, fallback: fallback
      ).weighted(candidate, as: subject.network)
    }
    if let note = subjects.training?.unfinishedNote { Terminal.writeError(note + "\n") }
    if seed != nil, subject.network.weights != nil {
      throw CommandProblem.seedOfTrained(network: subject.network.name)
    }
    let network = try subject.network.weighted(seed: seed ?? 0)
    if case .random(let seed) = network.source {
      Terminal.writeError(
        "\(subject.network.name) has no trained weights: exporting random weights (seed "
          + "\(seed))\n")
    }
    return network
  }

  private func files(
    of network: ExportedNetwork, onnx: ONNXOptions, at output: String
  ) throws -> [File] {
    switch format {
    case .onnx: return [File(path: output, data: try network.onnx(onnx, file: output))]
    case .pytorch:
      let weights = String(output.dropLast(".py".count)) + ".safetensors"
      let source = try network.pyTorchSource(
        weightsFile: URL(fileURLWithPath: weights).lastPathComponent)
      return [
        File(path: weights, data: try serialized(network, file: weights)),
        File(path: output, data: Data(source.utf8)),
      ]
    default: return [File(path: output, data: try serialized(network, file: output))]
    }
  }

  /// The weights as a file, parsed again and compared to the bit.
  private func serialized(_ network: ExportedNetwork, file: String) throws -> Data {
    let data = try network.safetensors().serialized()
    let again = try SafetensorsFile(data: data, file: file)
    let weights = try NetworkWeights(graph: network.graph, tensors: again.tensors, file: file)
    guard weights.digest == network.weights.digest, again.metadata == (try network.texts()) else {
      throw ExportError.readBack(file: file, problem: "weights or metadata differ")
    }
    return data
  }
}

extension WeightedExport {
  /// Why an export was not run elsewhere.
  private struct Unverified: Error {
    var text: String
  }

  /// Runs the files from a folder of their own, so that nothing has the final name before.
  private func verified(
    _ network: ExportedNetwork, _ files: [File], _ options: ONNXOptions
  ) throws -> Result<VerificationReport?, Unverified> {
    guard let kind = format.runtime else { return .success(nil) }
    if verification.verify == false { return .failure(Unverified(text: "by --no-verify")) }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mixnas-export-\(UUID().uuidString)")
    try Folder.make(folder.path)
    defer { try? FileManager.default.removeItem(at: folder) }
    let signals = try InterruptSignals(stop: StopRequest()) { number in
      ChildProcess.killRunning()
      try? FileManager.default.removeItem(at: folder)
      _exit(InterruptSignals.exitCode(of: number))
    }
    defer { signals.stopWatching() }
    let runtime = OtherRuntime(python: verification.python ?? "python3", folder: folder)
    do {
      // Without a runtime there is no need to look for images.
      try runtime.check(kind)
      let copies = try files.map { file in
        let copy = folder.appendingPathComponent(URL(fileURLWithPath: file.path).lastPathComponent)
        try WholeFile.writeTemporary(file.data, to: copy.path)
        return copy.path
      }
      var batch: Int?
      if case .fixed(let images) = options.batch, kind == .onnx { batch = images }
      return .success(
        try ExportVerification(runtime: runtime, images: images(for: network)).verify(
          network, as: kind, model: copies[copies.count - 1],
          weights: kind == .pytorch ? copies[0] : nil, batch: batch))
    } catch let error as OtherRuntimeError
      where error.isAbsence && !verification.isRequired && onnx.count == 1
    {
      return .failure(Unverified(text: "\(error)"))
    }
  }

  private func images(for network: ExportedNetwork) throws -> VerificationImages {
    let count = verification.images ?? 256
    let input = network.graph.input
    guard let source = subjects.source, input.height == input.width else {
      return try .builtIn(for: network, count: count)
    }
    do {
      do {
        if let reader = subjects.reader {
          return try .ofRun(reader, source: source, for: network, count: count)
        }
        if let training = subjects.training {
          return try .ofTraining(training, source: source, for: network, count: count)
        }
      } catch RunStoreError.datasetChanged where subjects.isDatasetNamed {
      } catch TrainingFolderError.datasetChanged where subjects.isDatasetNamed {}
      return try .ofDataset(source, for: network, count: count)
    } catch {
      if subjects.isDatasetGiven { throw error }
      // The weights are there, and a verification can do without the images.
      Terminal.writeError("its own images can't be used (\(error)); verifying on others\n")
      return try .builtIn(for: network, count: count)
    }
  }
}
