import Architectures
import ArgumentParser

/// Another input or number of classes than the named network's own.
struct NetworkOptions: ParsableArguments {
  @Option(help: "Side of the input image, instead of the network's own.")
  var resolution: Int?

  @Option(help: "Channels of the input image, instead of the network's own.")
  var channels: Int?

  @Option(help: "Number of classes, instead of the network's own.")
  var classes: Int?

  func validate() throws {
    for (option, value, limit) in [
      ("--resolution", resolution, GraphLimits.side),
      ("--channels", channels, GraphLimits.channels), ("--classes", classes, GraphLimits.channels),
    ] {
      if let value, !(1...limit).contains(value) {
        throw ValidationError("\(option) must be from 1 to \(limit), not \(value).")
      }
    }
  }

  /// The network that a name, a genome file, a run folder or a line of block notation stands for.
  ///
  /// - Parameter selection: which candidate of a run folder.
  func network(named text: String, selection: CandidateSelection? = nil) throws -> NamedNetwork {
    applied(to: try NamedNetwork(text, selection: selection))
  }

  /// The graphs of networks that are put side by side. Those that share a name, such as two lines of
  /// block notation or a candidate of two runs, are numbered: `genome (1)`, `genome (2)`.
  func graphs(named texts: [String]) throws -> [NetworkGraph] {
    let networks = try texts.map { try network(named: $0) }
    let counts = Dictionary(grouping: networks, by: \.name).mapValues(\.count)
    var seen: [String: Int] = [:]
    return try networks.map { network in
      var network = network
      if counts[network.name, default: 0] > 1 {
        seen[network.name, default: 0] += 1
        network.name += " (\(seen[network.name, default: 0]))"
      }
      return try network.graph()
    }
  }

  /// The network with the input and classes that are given.
  func applied(to network: NamedNetwork) -> NamedNetwork {
    var network = network
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
