/// A cost to aim at as people write it: `5ms`, `6M`, `350k` or a plain number.
///
///     let target = try CostTarget(parsing: "6M")
///     try target.value(for: .multiplyAdds)  // 6_000_000
package struct CostTarget: Sendable, Hashable {
  package enum Unit: String, Sendable, Hashable, CaseIterable {
    case microseconds = "us"
    case milliseconds = "ms"
    case seconds = "s"
    case thousand = "K"
    case million = "M"
    case billion = "G"

    /// In milliseconds for times, in ones for counts.
    var factor: Double {
      switch self {
      case .microseconds: 1e-3
      case .milliseconds: 1
      case .seconds: 1e3
      case .thousand: 1e3
      case .million: 1e6
      case .billion: 1e9
      }
    }

    var isTime: Bool { self == .microseconds || self == .milliseconds || self == .seconds }
  }

  /// Why a text is no target, or none for a cost; texts are as they were written.
  package enum Problem: Error, Sendable, Hashable {
    case notANumber(String)
    case outOfRange(String)
    case unknownUnit(String)
    case wrongUnit(Unit, CostKind)
    case missingTarget(CostKind)
  }

  /// In units of `unit`, or in the cost's own where there is none.
  package let amount: Double
  package let unit: Unit?

  package init(parsing text: String) throws(Problem) {
    let trimmed = text.filter { !$0.isWhitespace }
    let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || ".+-_".contains($0)) }
    let suffix = String(trimmed.dropFirst(digits.count))
    // An exponent looks like a unit at first: 2e6.
    if suffix.first == "e" || suffix.first == "E", let amount = decimalNumber(trimmed) {
      self.amount = amount
      unit = nil
    } else {
      guard let amount = decimalNumber(String(digits)) else { throw .notANumber(text) }
      self.amount = amount
      switch suffix {
      case "": unit = nil
      case "k": unit = .thousand
      case "µs", "μs": unit = .microseconds
      default:
        guard let known = Unit(rawValue: suffix) else { throw .unknownUnit(suffix) }
        unit = known
      }
    }
    guard amount > 0, Self.isAllowed(amount * (unit?.factor ?? 1)) else {
      throw .outOfRange(text)
    }
  }

  /// Whether a cost can be aimed at: what is computed from it stays finite.
  static func isAllowed(_ value: Double) -> Bool { value > 0 && value <= 1e15 }
  static let allowed = "above 0 and at most 1000000000000000"

  /// In milliseconds, multiply-adds or parameters.
  package func value(for cost: CostKind) throws(Problem) -> Double {
    guard let unit else { return amount }
    guard unit.isTime == (cost == .latency) else { throw .wrongUnit(unit, cost) }
    return amount * unit.factor
  }
}

extension CostTarget.Problem: CustomStringConvertible {
  package var description: String {
    let units = "write 5ms for a latency, 6M or 350K for multiply-adds and parameters"
    switch self {
    case .notANumber(let text): return "'\(text)' is not a number with a unit; \(units)"
    case .outOfRange(let text):
      return "the target '\(text)' must be \(CostTarget.allowed); \(units)"
    case .unknownUnit(let unit): return "unknown unit '\(unit)'; \(units)"
    case .wrongUnit(let unit, let cost):
      return "'\(unit.rawValue)' is no unit of \(cost.rawValue); \(units)"
    case .missingTarget(let cost):
      return "the target is meant for another cost; give one for \(cost.rawValue) too: \(units)"
    }
  }
}

extension ObjectiveSettings {
  /// These settings with another cost or target, as from the command line. A new cost needs a
  /// target of its own, because the old one is in another unit.
  package func with(
    cost newCost: CostKind?, target newTarget: CostTarget?
  ) throws(CostTarget.Problem) -> ObjectiveSettings {
    var settings = self
    settings.cost = newCost ?? cost
    if let newTarget {
      settings.target = try newTarget.value(for: settings.cost)
    } else if settings.cost != cost {
      throw .missingTarget(settings.cost)
    }
    return settings
  }
}

/// A finite decimal number; no `nan`, `inf` or hexadecimal, which `Double.init` would take.
/// Underscores may stand between digits.
func decimalNumber(_ text: String) -> Double? {
  guard text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE_".contains($0)) }),
    !text.hasPrefix("_"), !text.hasSuffix("_"),
    let value = Double(text.filter { $0 != "_" }), value.isFinite
  else { return nil }
  return value
}
