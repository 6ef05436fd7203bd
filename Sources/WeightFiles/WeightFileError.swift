/// Why the tensors of a file are no weights of a network.
package struct WeightFileError: Error, Sendable, Hashable {
  package let file: String
  package let reason: Reason

  package init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }

  /// What the network and the file disagree on; texts without a label are names of tensors.
  package enum Reason: Error, Sendable, Hashable {
    /// Names that the network needs and the file has not, in the network's order.
    case missing([String])
    /// Names that the file has and the network does not know, sorted.
    case unexpected([String])
    /// Names and element types of tensors that must be 32-bit floats.
    case elementType(String, String)
    case shape(String, needed: [Int], found: [Int])
    case notFinite(String)
    case negativeVariance(String)
    /// A text of the file's own description, by its key.
    case metadata(key: String, problem: String)
    /// The file does not say which network its weights are of.
    case noArchitecture
    /// The weights are not those that were written.
    case digest(recorded: String, found: String)
  }
}

extension WeightFileError: CustomStringConvertible {
  package var description: String { "\(file): \(reason)" }
}

extension WeightFileError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let names):
      "the network has a tensor that the file lacks: \(Self.prose(names)); "
        + "are these the weights of another network?"
    case .unexpected(let names):
      "the file has a tensor that the network lacks: \(Self.prose(names)); "
        + "are these the weights of another network?"
    case .elementType(let name, let type):
      "tensor '\(name)' holds \(type); 32-bit floats (F32) are needed, "
        + "in PyTorch model.float() makes them"
    case .shape(let name, let needed, let found):
      "tensor '\(name)' has shape \(found), but the network needs \(needed)"
    case .notFinite(let name): "tensor '\(name)' holds a value that is not a finite number"
    case .negativeVariance(let name): "tensor '\(name)' holds a negative variance"
    case .metadata(let key, let problem): "its metadata '\(key)' \(problem)"
    case .noArchitecture:
      "does not say which network its weights are of; "
        + "'mixnas import FILE --genome GENOME --output NEW' writes a file that does"
    case .digest(let recorded, let found):
      "its weights have changed since mixnas wrote them (digest \(found), not \(recorded)); "
        + "'mixnas import' takes in changed weights"
    }
  }

  private static func prose(_ names: [String]) -> String {
    let first = "'\(names[0])'"
    return names.count == 1 ? first : "\(first) and \(names.count - 1) more"
  }
}
