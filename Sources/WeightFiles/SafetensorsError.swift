/// Why a file is no safetensors file.
package struct SafetensorsError: Error, Sendable, Hashable {
  package let file: String
  package let reason: Reason

  package init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }

  /// What is wrong with the file: bytes, and names of tensors.
  package enum Reason: Error, Sendable, Hashable {
    /// In the system's words.
    case unreadable(String)
    case truncated(bytes: Int, needed: Int)
    case headerTooLong(UInt64)
    /// As `torch.save` writes it.
    case archive
    /// In the parser's words.
    case headerNotJSON(String)
    /// The tensor's name, and what is wrong with its entry.
    case invalidTensor(String, String)
    /// The tensor's values begin before those of another end.
    case overlap(String)
    case gap(before: String, bytes: Int)
    case trailingBytes(Int)
  }
}

extension SafetensorsError: CustomStringConvertible {
  package var description: String { "\(file): \(reason)" }
}

extension SafetensorsError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let reason): "can't be read: \(reason)"
    case .truncated(let bytes, let needed):
      "is cut short or no safetensors file: it has \(bytes) bytes and needs \(needed); "
        + "copy or download it again"
    case .headerTooLong(let length):
      "is no safetensors file: its header would have \(length) bytes"
    case .archive:
      "is an archive, as torch.save writes it, and no safetensors file; in Python, "
        + "safetensors.torch.save_file(model.state_dict(), \"FILE.safetensors\") writes one"
    case .headerNotJSON(let fact):
      "is no safetensors file: its header is not the JSON of one: \(fact)"
    case .invalidTensor(let name, let problem): "tensor '\(name)' \(problem)"
    case .overlap(let name): "tensor '\(name)' shares bytes with another one"
    case .gap(let name, let bytes): "\(bytes) bytes before tensor '\(name)' belong to none"
    case .trailingBytes(let bytes): "\(bytes) bytes at its end belong to no tensor"
    }
  }
}
