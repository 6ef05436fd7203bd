/// Counts the words of stages whose ends a word need not show.
///
/// The stages are a nondeterministic automaton that reads blocks: it stands in a stage, has read
/// so many of its blocks and knows the one that repeats. Several such states can be meant by the
/// same beginning of a word, so the subset construction (Rabin & Scott 1959) is run forward: for
/// every set of states, how many different words lead to it. As the sets are those of a
/// deterministic automaton, each word is counted once.
struct AmbiguousStages {
  /// A place in one stage.
  private struct State: Hashable, Comparable {
    var stage: Int
    /// Blocks of the stage that have been read.
    var blocks: Int
    /// The block that may follow within the stage, -1 for none.
    var next: Int
    /// What the last block puts out; the same in all states of a set.
    var channels: Int

    static func < (left: State, right: State) -> Bool {
      (left.stage, left.blocks, left.next) < (right.stage, right.blocks, right.next)
    }
  }

  /// Where words stand that may go on in other stages: those stages, and the channels there.
  private struct Gate: Hashable {
    var stages: [Int]
    var channels: Int
  }

  private let stages: [Stage]
  private let inputChannels: Int
  /// By stage and input channels: every first block with the blocks that may repeat behind it.
  private var firsts: [[Int: [Int: [Int]]]] = []
  private let letters: [BlockLetter]

  init(_ stages: ArraySlice<Stage>, inputChannels: Int, table: inout BlockTable) {
    self.stages = Array(stages)
    self.inputChannels = inputChannels
    var inputs: [Int] = [inputChannels]
    for stage in stages {
      let byChannels = inputs.map { channels in
        let pairs = table.pairs(of: stage, inputChannels: channels)
        return (channels, Dictionary(grouping: pairs, by: \.first).mapValues { $0.map(\.next) })
      }
      firsts.append(Dictionary(uniqueKeysWithValues: byChannels))
      inputs = stage.channels
    }
    letters = table.letters
  }

  /// Different words, by the channels that the last stage puts out.
  func words() -> [Int: Natural] {
    var result: [Int: Natural] = [:]
    var entries = openings(of: Gate(stages: [0], channels: inputChannels))
    var reached: [[State]: Natural] = [:]
    for (_, states) in entries { reached[states, default: .zero] += Natural(1) }
    var gates: [Gate: [Int: [State]]] = [:]

    while !reached.isEmpty {
      var following: [[State]: Natural] = [:]
      var waiting: [Gate: Natural] = [:]
      // Words that leave their stage, by where they may go on.
      for (states, count) in reached {
        if states.contains(where: isFinal) { result[states[0].channels, default: .zero] += count }
        if let gate = gate(of: states) {
          waiting[gate, default: .zero] += count
        }
      }
      for (gate, count) in waiting {
        if let known = gates[gate] {
          entries = known
        } else {
          entries = openings(of: gate)
          gates[gate] = entries
        }
        for states in entries.values { following[states, default: .zero] += count }
      }
      // Words that go on in their stage. A block that could also begin the next stage leads to
      // both at once, so its words move from the set counted above to the larger one.
      for (states, count) in reached {
        let gate = gate(of: states)
        for (block, stays) in continuations(of: states) {
          if let gate, let begins = gates[gate]?[block] {
            following[begins, default: .zero] -= count
            following[Set(begins).union(stays).sorted(), default: .zero] += count
          } else {
            following[stays, default: .zero] += count
          }
        }
      }
      reached = following.filter { $0.value > .zero }
    }
    return result
  }

  /// For every block that begins one of the gate's stages, the states behind it.
  private func openings(of gate: Gate) -> [Int: [State]] {
    var openings: [Int: Set<State>] = [:]
    for stage in gate.stages {
      for (block, nexts) in firsts[stage][gate.channels] ?? [:] {
        for next in nexts {
          let channels = Int(letters[block].outputChannels)
          openings[block, default: []].insert(
            state(stage, blocks: 1, next: next, channels: channels))
        }
      }
    }
    return openings.mapValues { $0.sorted() }
  }

  /// For every block that may repeat, the states behind it.
  private func continuations(of states: [State]) -> [Int: [State]] {
    var continuations: [Int: [State]] = [:]
    for old in states where old.next >= 0 {
      continuations[old.next, default: []]
        .append(
          state(old.stage, blocks: old.blocks + 1, next: old.next, channels: old.channels))
    }
    return continuations
  }

  private func state(_ stage: Int, blocks: Int, next: Int, channels: Int) -> State {
    let goesOn = stages[stage].repeats.contains { $0 > blocks }
    return State(stage: stage, blocks: blocks, next: goesOn ? next : -1, channels: channels)
  }

  private func gate(of states: [State]) -> Gate? {
    let open = states.filter { $0.stage + 1 < stages.count && canEnd($0) }.map { $0.stage + 1 }
    guard !open.isEmpty else { return nil }
    return Gate(stages: Set(open).sorted(), channels: states[0].channels)
  }

  private func isFinal(_ state: State) -> Bool {
    state.stage == stages.count - 1 && canEnd(state)
  }

  private func canEnd(_ state: State) -> Bool {
    stages[state.stage].repeats.contains(state.blocks)
  }
}
