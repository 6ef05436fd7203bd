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
  func network(named text: String) throws -> NamedNetwork {
    applied(to: try NamedNetwork(text))
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
