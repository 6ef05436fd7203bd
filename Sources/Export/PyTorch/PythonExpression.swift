/// A Python expression that is broken into lines where it would be too long for one.
indirect enum PythonExpression {
  case text(String)
  /// A call; arguments without a name come by position.
  case call(String, [Argument])
  case list([PythonExpression])
  /// Names are keys, in quotation marks.
  case dictionary([(name: String, value: PythonExpression)])

  struct Argument {
    var name: String?
    var value: PythonExpression

    init(_ name: String? = nil, _ value: PythonExpression) {
      self.name = name
      self.value = value
    }
  }

  static let lineLength = 100

  /// The expression on one line.
  var line: String {
    switch self {
    case .text(let text): text
    case .call(let function, let arguments):
      "\(function)(\(arguments.map(\.line).joined(separator: ", ")))"
    case .list(let items): "[\(items.map(\.line).joined(separator: ", "))]"
    case .dictionary(let items):
      "{\(items.map { "\(Python.quoted($0.name)): \($0.value.line)" }.joined(separator: ", "))}"
    }
  }

  /// The expression behind `lead`, its further lines indented.
  ///
  /// - Parameter end: what follows on the last line.
  func lines(indent: Int, lead: String = "", end: String = "") -> [String] {
    let margin = String(repeating: " ", count: indent)
    let single = margin + lead + line + end
    if single.count <= Self.lineLength { return [single] }
    switch self {
    case .text: return [single]
    case .call(let function, let arguments) where arguments.count == 1:
      // A lone list or dictionary shares its brackets' lines with the call's.
      switch (arguments[0].name, arguments[0].value) {
      case (nil, .list), (nil, .dictionary):
        return arguments[0].value.lines(
          indent: indent, lead: "\(lead)\(function)(", end: ")" + end)
      default: return broken(function, arguments, margin, indent, lead, end)
      }
    case .call(let function, let arguments):
      return broken(function, arguments, margin, indent, lead, end)
    case .list(let items):
      return [margin + lead + "["]
        + items.flatMap { $0.lines(indent: indent + 4, end: ",") } + [margin + "]" + end]
    case .dictionary(let items):
      return [margin + lead + "{"]
        + items.flatMap {
          $0.value.lines(indent: indent + 4, lead: Python.quoted($0.name) + ": ", end: ",")
        } + [margin + "}" + end]
    }
  }

  /// A call with a line for each argument.
  private func broken(
    _ function: String, _ arguments: [Argument], _ margin: String, _ indent: Int, _ lead: String,
    _ end: String
  ) -> [String] {
    [margin + lead + function + "("]
      + arguments.flatMap { $0.value.lines(indent: indent + 4, lead: $0.lead, end: ",") }
      + [margin + ")" + end]
  }
}

extension PythonExpression.Argument {
  fileprivate var lead: String { name.map { "\($0)=" } ?? "" }
  fileprivate var line: String { lead + value.line }
}

/// Texts and names as Python spells them.
enum Python {
  /// Whether a text can be an attribute's name.
  static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.first, first == "_" || first.isLetter else { return false }
    return text.allSatisfy { $0 == "_" || (($0.isLetter || $0.isNumber) && $0.isASCII) }
      && !keywords.contains(text)
  }

  /// `squeeze_excitation` becomes `SqueezeExcitation`; nil where nothing is left of it.
  static func className(_ text: String) -> String? {
    let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    guard let first = name.first else { return nil }
    return first.isNumber ? "Network" + name : name
  }

  /// A text in double quotation marks.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try",
    "while", "with", "yield",
  ]
}
