/// One key of a space file: what may be written, what is meant without it, and why it is there.
///
/// The reader checks by these facts, error messages quote them, and
/// `documentation/search-space.md` prints them; a test holds the two together.
package struct SpaceKey: Sendable {
  package let name: String
  package let allowed: Allowed
  /// The value that leaving the key out stands for, as YAML; nil for a key that must be there.
  package let standard: String?
  package let meaning: String

  init(_ name: String, _ allowed: Allowed, standard: String?, _ meaning: String) {
    self.name = name
    self.allowed = allowed
    self.standard = standard
    self.meaning = meaning
  }
}

/// The keys of one mapping of a space file.
package struct SpaceSection: Sendable {
  package let title: String
  package let keys: [SpaceKey]

  /// The key of this name, which must be one of the section's.
  func key(_ name: String) -> SpaceKey {
    guard let key = keys.first(where: { $0.name == name }) else {
      preconditionFailure("\(title) has no key \(name)")
    }
    return key
  }

  /// Rows of the table in the documentation.
  package var documentation: String {
    let rows = keys.map {
      "| `\($0.name)` | \($0.allowed) | \($0.standard.map { "`\($0)`" } ?? "required") "
        + "| \($0.meaning) |"
    }
    return (["| key | value | default | meaning |", "|---|---|---|---|"] + rows)
      .joined(separator: "\n")
  }
}

/// What may be written behind a key.
package indirect enum Allowed: Sendable {
  case text
  case integer(ClosedRange<Int>)
  case oddInteger(ClosedRange<Int>)
  case number(NumberRange)
  case flag
  case words([String])
  /// Kernels that ascend, `3.5.7` or `[3, 5, 7]`.
  case kernelSet(ClosedRange<Int>)
  /// `stem` or the number of a stage.
  case layer
  case target
  /// The value, or a word in its stead.
  case or(Allowed, word: String)
  /// One value or a list of different ones.
  case options(Allowed, limit: Int)
  /// A list that may be empty.
  case list(Allowed)
  case mapping(String)
  case mappings(String, limit: Int)
}

/// A range of numbers with open or closed ends.
package struct NumberRange: Sendable {
  package var lower: Double
  package var upper: Double
  package var includesLower = true
  package var includesUpper = true

  static func from(_ lower: Double, to upper: Double) -> NumberRange {
    NumberRange(lower: lower, upper: upper)
  }

  static func from(_ lower: Double, below upper: Double) -> NumberRange {
    NumberRange(lower: lower, upper: upper, includesUpper: false)
  }

  static func above(_ lower: Double, to upper: Double) -> NumberRange {
    NumberRange(lower: lower, upper: upper, includesLower: false)
  }

  static func above(_ lower: Double, below upper: Double) -> NumberRange {
    NumberRange(lower: lower, upper: upper, includesLower: false, includesUpper: false)
  }

  package func contains(_ value: Double) -> Bool {
    (includesLower ? value >= lower : value > lower)
      && (includesUpper ? value <= upper : value < upper)
  }
}

extension NumberRange: CustomStringConvertible {
  package var description: String {
    (includesLower ? "from " : "above ") + plainNumber(lower)
      + (includesUpper ? " to " : " and below ") + plainNumber(upper)
  }
}

extension Allowed: CustomStringConvertible {
  package var description: String {
    switch self {
    case .text: "a text"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .oddInteger(let range):
      "an odd whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number \(range)"
    case .flag: "`true` or `false`"
    case .words(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .kernelSet(let range):
      "odd kernels from \(range.lowerBound) to \(range.upperBound) that ascend, `3.5.7` or "
        + "`[3, 5, 7]`"
    case .layer: "`stem` or the number of a stage, from 1"
    case .target: "`5ms`, `6M`, `350K` or a plain number above 0"
    case .or(let value, let word): "\(value), or `\(word)`"
    case .options(let value, let limit): "one or a list of up to \(limit): \(value)"
    case .list(let value): "a list, which may be empty: \(value)"
    case .mapping(let section): "a mapping, see \(section)"
    case .mappings(let section, let limit): "a list of 1 to \(limit) mappings, see \(section)"
    }
  }
}
