import Yams

/// The value of one key, with what is allowed there.
struct YAMLField {
  let node: Node
  let allowed: Allowed
  let path: String
  let file: SpaceFile

  func text() throws(SpaceError) -> String {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { throw wrong() }
    return scalar.string
  }

  func integer() throws(SpaceError) -> Int {
    guard let value = plainNumber else { throw wrong() }
    switch allowed {
    case .integer(let range) where range.contains(value): return value
    case .oddInteger(let range) where range.contains(value) && value % 2 == 1: return value
    default: throw wrong()
    }
  }

  /// A whole number of any size, nil where there is none.
  var plainNumber: Int? { plainText.flatMap(wholeNumber) }

  func number() throws(SpaceError) -> Double {
    guard let text = plainText else { throw wrong() }
    guard let value = decimalNumber(text) else { throw notFinite(text) ?? wrong() }
    guard case .number(let range) = allowed, range.contains(value) else { throw wrong() }
    return value
  }

  func flag() throws(SpaceError) -> Bool {
    switch plainText {
    case "true": return true
    case "false": return false
    default: throw wrong()
    }
  }

  func word<Word: RawRepresentable<String>>(_ type: Word.Type) throws(SpaceError) -> Word {
    guard case .words(let words) = allowed, case .scalar(let scalar) = node,
      words.contains(scalar.string), let word = Word(rawValue: scalar.string)
    else { throw wrong() }
    return word
  }

  /// nil where the word stands that is allowed instead of a value.
  func unlessWord<Value>(
    _ read: (YAMLField) throws(SpaceError) -> Value
  ) throws(SpaceError) -> Value? {
    guard case .or(let value, let word) = allowed else { return try read(self) }
    if plainText == word { return nil }
    do {
      return try read(with(allowed: value))
    } catch {
      if case .notFinite = error.problem { throw error }
      throw wrong()
    }
  }

  /// The values of a list, or the one value that stands in a list's stead.
  func options<Value: Hashable>(
    _ read: (YAMLField) throws(SpaceError) -> Value
  ) throws(SpaceError) -> [Value] {
    guard case .options(let allowed, let limit) = allowed else {
      preconditionFailure("\(path) takes one value")
    }
    let values = try elements(allowed, limit: limit, read)
    guard !values.isEmpty else {
      throw file.error(at: path, .emptyList(allowed: "\(self.allowed)"))
    }
    return values
  }

  /// The values of a list, which may be empty.
  func list<Value: Hashable>(
    _ read: (YAMLField) throws(SpaceError) -> Value
  ) throws(SpaceError) -> [Value] {
    guard case .list(let allowed) = allowed, case .sequence = node else { throw wrong() }
    return try elements(allowed, limit: 1024, read)
  }

  /// The mappings of a list, each with its path.
  func mappings() throws(SpaceError) -> [(node: Node, path: String)] {
    guard case .mappings(_, let limit) = allowed, case .sequence(let sequence) = node else {
      throw wrong()
    }
    guard !sequence.isEmpty else {
      throw file.error(at: path, .emptyList(allowed: "\(allowed)"))
    }
    guard sequence.count <= limit else {
      throw file.error(at: path, .tooManyOptions(count: sequence.count, limit: limit))
    }
    return sequence.enumerated().map { ($0.element, "\(path)[\($0.offset + 1)]") }
  }

  /// A set of kernels: `3.5.7`, `[3, 5, 7]` or a single number.
  func kernelSet() throws(SpaceError) -> [Int] {
    guard case .kernelSet(let range) = allowed else { throw wrong() }
    let texts: [String]
    switch node {
    case .scalar:
      texts =
        plainText.map { $0.split(separator: ".", omittingEmptySubsequences: false) }?
        .map(String.init) ?? []
    case .sequence(let sequence):
      texts = sequence.map { $0.scalar.flatMap { $0.isQuoted ? nil : $0.string } ?? "" }
    default: throw wrong()
    }
    let kernels = texts.compactMap(wholeNumber)
    guard !kernels.isEmpty, kernels.count == texts.count,
      kernels.allSatisfy({ range.contains($0) && $0 % 2 == 1 }),
      zip(kernels, kernels.dropFirst()).allSatisfy(<)
    else { throw wrong() }
    return kernels
  }

  func wrong() -> SpaceError {
    var error = file.wrongValue(node, path, allowed: "\(allowed)")
    if case .sequence(let sequence) = node, case .kernelSet = allowed {
      let items = sequence.map { $0.scalar?.string ?? "…" }.joined(separator: ", ")
      error.problem = .wrongValue(found: "[\(items.prefix(60))]", allowed: "\(allowed)")
    }
    return error
  }

  private func elements<Value: Hashable>(
    _ allowed: Allowed, limit: Int, _ read: (YAMLField) throws(SpaceError) -> Value
  ) throws(SpaceError) -> [Value] {
    guard case .sequence(let sequence) = node else {
      return [try read(with(allowed: allowed))]
    }
    guard sequence.count <= limit else {
      throw file.error(at: path, .tooManyOptions(count: sequence.count, limit: limit))
    }
    var values: [Value] = []
    for (index, element) in sequence.enumerated() {
      let place = "\(path)[\(index + 1)]"
      file.remember(element.mark, for: place)
      let value = try read(YAMLField(node: element, allowed: allowed, path: place, file: file))
      guard !values.contains(value) else {
        let written = element.scalar?.string
        throw file.error(at: place, .repeatedOption(written ?? "\(value)"))
      }
      values.append(value)
    }
    return values
  }

  private func with(allowed: Allowed) -> YAMLField {
    YAMLField(node: node, allowed: allowed, path: path, file: file)
  }

  private var plainText: String? {
    guard case .scalar(let scalar) = node, !scalar.isQuoted else { return nil }
    return scalar.string
  }

  private func notFinite(_ text: String) -> SpaceError? {
    let spellings = [".inf", "+.inf", "-.inf", ".nan", "inf", "-inf", "nan", "infinity"]
    let isNamed = spellings.contains(text.lowercased())
    let overflows = Double(text).map { !$0.isFinite } ?? false
    return isNamed || overflows ? file.error(at: path, .notFinite(found: text)) : nil
  }
}

/// A whole number; underscores may stand between digits.
private func wholeNumber(_ text: String) -> Int? {
  guard !text.hasPrefix("_"), !text.hasSuffix("_") else { return nil }
  return Int(text.filter { $0 != "_" })
}

// What a field holds, to be handed to a table, a list or a choice.

func integer(_ field: YAMLField) throws(SpaceError) -> Int { try field.integer() }
func number(_ field: YAMLField) throws(SpaceError) -> Double { try field.number() }
func flag(_ field: YAMLField) throws(SpaceError) -> Bool { try field.flag() }
func kernelSet(_ field: YAMLField) throws(SpaceError) -> [Int] { try field.kernelSet() }
func word<Word: RawRepresentable<String>>(_ field: YAMLField) throws(SpaceError) -> Word {
  try field.word(Word.self)
}
func integerUnlessWord(_ field: YAMLField) throws(SpaceError) -> Int? {
  try field.unlessWord(integer)
}
func numberUnlessWord(_ field: YAMLField) throws(SpaceError) -> Double? {
  try field.unlessWord(number)
}
