/// Why a search space is refused: where it stands in the file and what is wrong.
package struct SpaceError: Error, Sendable, Hashable {
  package var file: String
  /// Line and column, both from 1; nil where the fault has no place of its own.
  package var line: Int?
  package var column: Int?
  /// Path of the key, `stages[2].kernels[1]`, counted from 1; empty for the whole file.
  package var key: String
  package var problem: Problem

  package init(
    file: String, line: Int? = nil, column: Int? = nil, key: String = "", problem: Problem
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.key = key
    self.problem = problem
  }

  /// What is wrong there. Values are as the file has them, `allowed` says what to write instead.
  package enum Problem: Sendable, Hashable {
    // The file
    case unreadable(reason: String)
    case syntax(String)
    case noContent

    // Keys
    case unknownKey(nearest: String?, home: String?, allowed: [String])
    case duplicateKey
    case missingKey(allowed: String)

    // Values
    case wrongValue(found: String, allowed: String)
    case notFinite(found: String)
    case emptyList(allowed: String)
    case repeatedOption(String)
    case tooManyOptions(count: Int, limit: Int)

    // Values that don't fit together
    case exceeds(value: String, key: String, limit: String)
    case notStrided(layer: String)
    case imageVanishes(layer: String, stride: Int, network: String)
    case emptyKernelGroup(
      kernels: [Int], split: String, inputChannels: Int, expansion: Double, channels: Int)
    case emptyPointwiseGroup(groups: Int, channels: Int)
    case invalidBlock(String)
    case tooManyBlocks(count: Int, limit: Int)
    case tooLarge(String)
    case targetUnit(CostTarget.Problem)
  }
}

extension SpaceError: CustomStringConvertible {
  /// `space.yaml:12:9: training.epochs: 'two' is not allowed; write a whole number …`
  package var description: String {
    let place = ([file] + [line, column].compactMap { $0.map(String.init) })
      .joined(separator: ":")
    return key.isEmpty ? "\(place): \(problem)" : "\(place): \(key): \(problem)"
  }
}

extension SpaceError.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let reason):
      return "the file can't be read: \(reason)"
    case .syntax(let reason):
      return "this is not YAML: \(reason)"
    case .noContent:
      return
        "the file is empty; a space needs at least name, input, stem, stages, head and objective"

    case .unknownKey(let nearest, let home, let allowed):
      let hint =
        if let nearest {
          "; did you mean '\(nearest)'?"
        } else if let home {
          "; it belongs in \(home)"
        } else {
          ""
        }
      return "unknown key\(hint) (allowed here: \(allowed.joined(separator: ", ")))"
    case .duplicateKey:
      return "the key is given twice; keep one of them"
    case .missingKey(let allowed):
      return "the key is missing; write \(allowed)"

    case .wrongValue(let found, let allowed):
      return "\(found) is not allowed; write \(allowed)"
    case .notFinite(let found):
      return "'\(found)' is not a finite number"
    case .emptyList(let allowed):
      return "the list is empty; write \(allowed)"
    case .repeatedOption(let option):
      return "\(option) is listed twice; every option counts once"
    case .tooManyOptions(let count, let limit):
      return "\(count) entries are too many; at most \(limit) are allowed"

    case .exceeds(let value, let key, let limit):
      return "\(value) is more than \(key) (\(limit)) allows"
    case .notStrided(let layer):
      return "\(layer) has stride 1 already; list only layers whose stride is above 1"
    case .imageVanishes(let layer, let stride, let network):
      return "\(layer) has stride \(stride), but the \(network)'s image is 1×1 there already; "
        + "use stride 1 or a larger resolution"
    case .emptyKernelGroup(let kernels, let split, let inputs, let expansion, let channels):
      let set = kernels.map(String.init).joined(separator: ".")
      return "kernels \(set) with an \(split) split leave a group without channels: \(inputs) "
        + "input channels × expansion \(plainNumber(expansion)) are \(channels) channels; "
        + "use fewer kernels or more channels"
    case .emptyPointwiseGroup(let groups, let channels):
      return "\(groups) groups leave one without channels, as only \(channels) channels are there; "
        + "use fewer groups or more channels"
    case .invalidBlock(let reason):
      return reason
    case .tooManyBlocks(let count, let limit):
      return "the lists allow \(count) different blocks, at most \(limit) are allowed; "
        + "shorten some"
    case .tooLarge(let reason):
      return "the largest network of the space can't be built: \(reason)"
    case .targetUnit(let problem):
      return problem.description
    }
  }
}
