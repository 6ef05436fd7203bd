import Architectures
import Reports
import RunStore
import Search

/// Networks that are put side by side.
///
/// Those that share a name, such as two lines of block notation or a candidate of two runs, are
/// numbered: `genome (1)`, `genome (2)`.
struct ComparedNetworks {
  let graphs: [NetworkGraph]
  /// What a search has measured on this machine, nil for networks that come from no run or are
  /// built otherwise than its own.
  let recorded: [LatencyMeasurement?]

  /// - Parameter select: which candidates stand for a run folder.
  /// - Throws: what reading and building a network throws, and `CommandProblem.nothingToSelect` if
  ///   there is a selection but no run.
  init(_ subjects: [String], select: RunSelection? = nil, options: NetworkOptions) throws {
    var networks: [(network: NamedNetwork, recorded: LatencyMeasurement?)] = []
    for subject in subjects {
      guard RunReader.isRun(path: subject) else {
        networks.append((try options.network(named: subject), nil))
        continue
      }
      let reader = try RunReader(path: subject)
      networks += try reader.candidates(select ?? .one(.best)).map { candidate in
        let own = reader.network(of: candidate)
        let network = options.applied(to: own)
        let isOwn = network.input == own.input && network.classes == own.classes
        let host = reader.state.evaluator(of: candidate.ordinal)?.host
        let isHere = host.map(HostFingerprint.thisMachine.computesLike) ?? false
        return (network, isOwn && isHere ? candidate.scores?.latency : nil)
      }
    }
    if select != nil, !subjects.contains(where: RunReader.isRun) {
      throw CommandProblem.nothingToSelect(subject: subjects.joined(separator: " "))
    }
    let counts = Dictionary(grouping: networks, by: \.network.name).mapValues(\.count)
    var seen: [String: Int] = [:]
    graphs = try networks.map { network, _ in
      var network = network
      if counts[network.name, default: 0] > 1 {
        seen[network.name, default: 0] += 1
        network.name += " (\(seen[network.name, default: 0]))"
      }
      return try network.graph()
    }
    recorded = networks.map(\.recorded)
  }

  /// Tells whoever looks on how long the networks take to be measured, about, if that is a while.
  ///
  /// - Parameter seconds: for each of them.
  func announce(seconds: Double) {
    let all = seconds * Double(graphs.count)
    guard Terminal.errorIsTerminal, all >= 2 else { return }
    Terminal.writeError("measuring, about \(Numbers.duration(all))\n")
  }

  /// Says on standard error where what is compared reads different images.
  func warnAboutInputs() {
    let inputs = graphs.map(\.input)
    guard let first = inputs.first, let other = inputs.first(where: { $0 != first }) else { return }
    Terminal.writeError(
      "the networks read different images, \(first) and \(other) for two: --resolution and --channels "
        + "make them alike\n")
  }
}
