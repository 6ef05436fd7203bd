import Architectures
import Files
import Foundation
import RunStore
import TrainingStore
import WeightFiles

/// A network as a command line names it, with its input and classes.
struct NamedNetwork {
  var name: String
  var architecture: NetworkArchitecture
  var input: TensorShape
  var classes: Int
  /// The safetensors file to take weights from, nil where there are none.
  var weights: URL? = nil

  /// - Parameter normalization: instead of the architecture's own.
  func graph(normalization: BatchNormalization? = nil) throws -> NetworkGraph {
    try architecture.graph(
      name: name, input: input, classes: classes, normalization: normalization)
  }

  /// - Throws: `CommandProblem.noGenome`.
  func genome() throws -> Genome {
    guard let genome = architecture.genome else { throw CommandProblem.noGenome(network: name) }
    return genome
  }

  /// - Throws: `CommandProblem.noGenome`.
  func file() throws -> ArchitectureFile {
    ArchitectureFile(name: name, input: input, classes: classes, genome: try genome())
  }
}

extension NamedNetwork {
  /// What a name, a genome file, a weight file, a run folder or a line of block notation stands
  /// for.
  ///
  /// - Parameter selection: which candidate of a run folder; nil for the best.
  /// - Throws: `CommandProblem.nothingToSelect` if there is a selection but no run.
  init(_ text: String, selection: CandidateSelection? = nil) throws {
    if selection != nil, !RunReader.isRun(path: text) {
      throw CommandProblem.nothingToSelect(subject: text)
    }
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: text, isDirectory: &isDirectory) {
      self =
        isDirectory.boolValue
        ? try Self.read(folder: text, selection ?? .best) : try Self.read(file: text)
    } else if let reference = ReferenceNetwork(named: text) {
      self.init(
        name: text, architecture: reference.architecture, input: ReferenceNetwork.input,
        classes: ReferenceNetwork.classes)
    } else if text.starts(with: /\s*(stem|head[0-9_]|k[0-9.]+_|([a-z]+_)?r[0-9]+_)/) {
      self = try Self.read(notation: text)
    } else {
      throw CommandProblem.unknownNetwork(text)
    }
  }

  private static func read(folder: String, _ selection: CandidateSelection) throws -> NamedNetwork {
    if TrainingFolder.isTraining(path: folder) {
      return try NamedNetwork(training: TrainingFolder.open(folder))
    }
    return try RunReader(path: folder).network(selection)
  }

  private static func read(file: String) throws -> NamedNetwork {
    if file.hasSuffix(".safetensors") { return try read(weightFile: file) }
    let url = URL(fileURLWithPath: file)
    let folder = url.deletingLastPathComponent().path
    // It has neither input nor classes, which the rest of the run's folder says.
    if url.lastPathComponent == "best.json", RunReader.isRun(path: folder) {
      return try RunReader(path: folder).network(.best)
    }
    return try read(genomeFile: file)
  }

  private static func read(weightFile file: String) throws -> NamedNetwork {
    let weights = try WeightFile(path: file)
    let stored = weights.metadata.architecture
    return NamedNetwork(
      name: stored.name, architecture: try weights.architecture(), input: stored.input,
      classes: stored.classes, weights: URL(fileURLWithPath: file))
  }

  private static func read(genomeFile file: String) throws -> NamedNetwork {
    if file.hasSuffix(".yaml") || file.hasSuffix(".yml") {
      throw CommandProblem.badArchitectureFile(
        file: file, reason: "a search space, where a network is needed; 'mixnas describe' shows it")
    }
    if file.hasSuffix(".py") {
      throw CommandProblem.badArchitectureFile(
        file: file, reason: "PyTorch source; the network is also in the .safetensors file beside it"
      )
    }
    if file.lowercased().hasSuffix(".onnx") {
      throw CommandProblem.badArchitectureFile(
        file: file,
        reason:
          "an ONNX file, which is for other runtimes; name the run, weights (.safetensors) or "
          + "genome that it was exported from")
    }
    let data: Data
    do {
      data = try WholeFile.read(file, atLeast: ArchitectureFile.sizeLimit + 1)
    } catch {
      throw CommandProblem.unreadable(file: file, reason: error.reason)
    }
    guard data.count <= ArchitectureFile.sizeLimit else {
      throw CommandProblem.badArchitectureFile(
        file: file, reason: "larger than a megabyte, which no genome is")
    }
    do {
      let file = try ArchitectureFile(json: data)
      return NamedNetwork(
        name: file.name, architecture: .genome(file.genome), input: file.input,
        classes: file.classes)
    } catch {
      let line = String(
        decoding: data.prefix(4096).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      if (try? Genome(blockNotation: line)) != nil {
        throw CommandProblem.badArchitectureFile(
          file: file,
          reason: "block notation, which is given as it is: \"$(cat \(file.shellWord))\"")
      }
      throw CommandProblem.badArchitectureFile(file: file, reason: "\(error)")
    }
  }

  private static func read(notation: String) throws -> NamedNetwork {
    do {
      return NamedNetwork(
        name: "genome", architecture: .genome(try Genome(blockNotation: notation)),
        input: ReferenceNetwork.input, classes: ReferenceNetwork.classes)
    } catch {
      throw CommandProblem.badNotation(error: "\(error)", of: notation)
    }
  }
}
