import Architectures

/// Turns sections into modules: a chain into an `nn.Sequential`, anything else into a class
/// whose parts are given to its initialiser, so that sections of one form share one class.
struct ModuleWriter {
  struct Class: Hashable {
    var name: String
    var parts: [String]
    var parameters: [String]
    var body: [String]
  }

  let graph: NetworkGraph
  /// In the order in which they are first needed.
  private(set) var classes: [Class] = []

  init(_ graph: NetworkGraph) { self.graph = graph }

  /// The steps of a section, and the modules that they need, by name.
  mutating func contents(
    of section: ModuleTree.Section, classes count: String? = nil
  ) -> (steps: [ModuleStep], parts: [(name: String, module: PythonExpression)]) {
    var steps: [ModuleStep] = []
    var parts: [(name: String, module: PythonExpression)] = []
    for (name, tree) in section.children {
      if let module = module(tree, path: ".\(name)", steps: &steps, classes: count) {
        parts.append((name, module))
      }
    }
    // A value is made after those that it is made of.
    steps.sort { $0.output < $1.output }
    return (steps, parts)
  }

  /// The module of a child and the steps that run it; nil for what needs no module.
  private mutating func module(
    _ tree: ModuleTree, path: String, steps: inout [ModuleStep], classes count: String?
  ) -> PythonExpression? {
    switch tree {
    case .node(let node):
      let inputs = graph.nodes[node].inputs
      let units = node == graph.nodes.count - 1 ? count : nil
      let module = graph.pythonModule(node, classes: units)
      let work: ModuleStep.Work =
        switch graph.nodes[node].operation {
        case .add: .sum
        case .multiply: .product
        case .concatenate: .concatenation
        default: .module(path)
        }
      steps.append(ModuleStep(work: work, output: node, inputs: inputs))
      return module
    case .section(let section):
      if let module = self.module(section, classes: count), let output = section.output {
        steps.append(
          ModuleStep(work: .module(path), output: output, inputs: section.inputs))
        return module
      }
      return container(section, path: path, steps: &steps, classes: count)
    }
  }

  /// A section that is a module of its own, or nil.
  private mutating func module(
    _ section: ModuleTree.Section, classes count: String?
  ) -> PythonExpression? {
    guard section.output != nil else { return nil }
    var attempt = self
    let (steps, parts) = attempt.contents(of: section, classes: count)
    let isNamed = section.children.allSatisfy { Python.isIdentifier($0.name) }
    if ModuleStep.isChain(steps), steps.count == parts.count {
      self = attempt
      return Self.sequence(parts, isNamed: isNamed)
    }
    guard isNamed else { return nil }
    self = attempt
    let (parameters, body) = ModuleStep.forward(steps, inputs: section.inputs)
    let name = className(
      for: section.path, parts: parts.map(\.name), parameters: parameters, body: body)
    return .call(name, parts.map { .init($0.name, $0.module) })
  }

  /// Modules without a `forward` of their own: the module around runs them one by one.
  private mutating func container(
    _ section: ModuleTree.Section, path: String, steps: inout [ModuleStep], classes count: String?
  ) -> PythonExpression? {
    // A list's numbers are its places, so there must be a module at each.
    let isList =
      Self.isList(section.children.map(\.name))
      && section.children.allSatisfy { holdsModules($0.tree) }
    var parts: [(name: String, module: PythonExpression)] = []
    for (name, tree) in section.children {
      let place = isList ? "\(path)[\(name)]" : "\(path)[\(Python.quoted(name))]"
      if let module = module(tree, path: place, steps: &steps, classes: count) {
        parts.append((name, module))
      }
    }
    if parts.isEmpty { return nil }
    return isList
      ? .call("nn.ModuleList", [.init(nil, .list(parts.map(\.module)))])
      : .call("nn.ModuleDict", [.init(nil, .dictionary(parts.map { ($0.name, $0.module) }))])
  }

  private func holdsModules(_ tree: ModuleTree) -> Bool {
    switch tree {
    case .node(let node): graph.pythonModule(node) != nil
    case .section(let section): section.children.contains { holdsModules($0.tree) }
    }
  }

  private static func isList(_ names: [String]) -> Bool {
    names == names.indices.map(String.init)
  }

  private static func sequence(
    _ parts: [(name: String, module: PythonExpression)], isNamed: Bool
  ) -> PythonExpression {
    if isList(parts.map(\.name)) {
      return .call("nn.Sequential", parts.map { .init(nil, $0.module) })
    }
    if isNamed { return .call("layers", parts.map { .init($0.name, $0.module) }) }
    let modules = PythonExpression.dictionary(parts.map { ($0.name, $0.module) })
    return .call("layers", [.init(nil, .text("**" + modules.line))])
  }

  /// The name of the class of this form, which is added where it is new.
  private mutating func className(
    for path: String, parts: [String], parameters: [String], body: [String]
  ) -> String {
    // `blocks.3` is a block, `squeeze_excitation` names itself.
    let words = path.split(separator: ".").map(String.init)
    var base = words.last { !$0.allSatisfy(\.isNumber) } ?? "section"
    if words.last != base, base.hasSuffix("s") { base.removeLast() }
    var stem = Python.className(base) ?? "Section"
    if PyTorchPrelude.names.contains(stem) { stem += "Section" }
    var name = stem
    var number = 1
    while true {
      let wanted = Class(name: name, parts: parts, parameters: parameters, body: body)
      guard let same = classes.first(where: { $0.name == name }) else {
        classes.append(wanted)
        return name
      }
      if same == wanted { return name }
      number += 1
      name = "\(stem)\(number)"
    }
  }
}

extension ModuleStep {
  /// Whether each step is a module that reads what the one before it made, and nothing else.
  static func isChain(_ steps: [ModuleStep]) -> Bool {
    var previous: Int?
    for step in steps {
      guard case .module = step.work, step.inputs.count == 1 else { return false }
      if let previous, step.inputs != [previous] { return false }
      previous = step.output
    }
    return true
  }
}
