import Architectures
import ArgumentParser
import Foundation
import RunStore

/// A network as a command line names it, with its input and classes.
struct NamedNetwork {
  var name: String
  var genome: Genome
  var input: TensorShape
  var classes: Int

  func graph() throws -> NetworkGraph {
    try genome.graph(name: name, input: input, classes: classes)
  }

  var file: ArchitectureFile {
    ArchitectureFile(name: name, input: input, classes: classes, genome: genome)
  }
}

extension NamedNetwork {
  /// What a name, a genome file, a run folder or a line of block notation stands for.
  ///
  /// - Parameter selection: which candidate of a run folder.
  init(_ text: String, selection: CandidateSelection = .best) throws {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: text, isDirectory: &isDirectory) {
      self =
        isDirectory.boolValue
        ? try RunReader(path: text).network(selection) : try Self.read(file: text)
    } else if let reference = ReferenceNetwork(named: text) {
      self.init(
        name: text, genome: reference.genome, input: ReferenceNetwork.input,
        classes: ReferenceNetwork.classes)
    } else if text.contains("_") {
      do {
        self.init(
          name: "genome", genome: try Genome(blockNotation: text), input: ReferenceNetwork.input,
          classes: ReferenceNetwork.classes)
      } catch {
        throw CommandProblem.badNotation(error: "\(error)")
      }
    } else {
      throw CommandProblem.unknownNetwork(text)
    }
  }

  private static func read(file: String) throws -> NamedNetwork {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: file))
    } catch {
      throw CommandProblem.unreadable(file: file, reason: error.localizedDescription)
    }
    do {
      let architecture = try ArchitectureFile(json: data)
      return NamedNetwork(
        name: architecture.name, genome: architecture.genome, input: architecture.input,
        classes: architecture.classes)
    } catch {
      throw CommandProblem.badArchitectureFile(file: file, reason: "\(error)")
    }
  }
}

/// Another input or number of classes than the named network's own.
struct NetworkOptions: ParsableArguments {
  @Option(help: "Side of the input image, instead of the network's own.")
  var resolution: Int?

  @Option(help: "Channels of the input image, instead of the network's own.")
  var channels: Int?

  @Option(help: "Number of classes, instead of the network's own.")
  var classes: Int?

  func validate() throws {
    for (option, value) in [
      ("--resolution", resolution), ("--channels", channels), ("--classes", classes),
    ] {
      if let value, value < 1 {
        throw ValidationError("\(option) must be 1 or more, not \(value).")
      }
    }
  }

  /// The network that a name, a genome file, a run folder or a line of block notation stands for.
  ///
  /// - Parameter selection: which candidate of a run folder.
  func network(named text: String, selection: CandidateSelection = .best) throws -> NamedNetwork {
    var network = try NamedNetwork(text, selection: selection)
    if let resolution {
      network.input.height = resolution
      network.input.width = resolution
    }
    network.input.channels = channels ?? network.input.channels
    network.classes = classes ?? network.classes
    return network
  }
}

/// Which candidates of a run are meant.
enum CandidateSelection: Equatable, ExpressibleByArgument {
  case best
  case ordinal(Int)

  init?(argument: String) {
    if argument == "best" {
      self = .best
    } else if let ordinal = Int(argument), ordinal >= 0 {
      self = .ordinal(ordinal)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .best: "best"
    case .ordinal(let ordinal): String(ordinal)
    }
  }
}
