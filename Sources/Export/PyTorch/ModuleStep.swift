import Architectures

/// A line of a module's `forward`: what makes one value from others.
struct ModuleStep {
  enum Work {
    /// A module, by the way to it from `self`: `expand`, `blocks[0]`.
    case module(String)
    case sum, product, concatenation
  }

  var work: Work
  /// The node whose value it makes.
  var output: Int
  /// Nodes whose values it reads, in order.
  var inputs: [Int]
}

extension ModuleStep {
  /// `forward` of these steps as Python: the parameters and the lines of the body.
  ///
  /// Variables are used again once nobody needs their values any more, the way a hand would
  /// write it: `y = self.expand(x)`, `y = self.project(y)`, `return y + x`.
  ///
  /// - Parameter suffix: behind the last expression.
  static func forward(
    _ steps: [ModuleStep], inputs: [Int], suffix: String = ""
  ) -> (parameters: [String], body: [String]) {
    var uses: [Int: Int] = [:]
    for step in steps { for input in step.inputs { uses[input, default: 0] += 1 } }
    var variables: [Int: String] = [:]
    for (index, input) in inputs.enumerated() { variables[input] = variable(index) }
    let parameters = inputs.compactMap { variables[$0] }
    var body: [String] = []
    for (index, step) in steps.enumerated() {
      let expression = step.expression(step.inputs.compactMap { variables[$0] })
      if index == steps.count - 1 {
        let value = suffix.isEmpty || step.isCall ? expression : "(\(expression))"
        body.append("return \(value)\(suffix)")
        break
      }
      var free: String?
      for input in step.inputs {
        uses[input, default: 0] -= 1
        if uses[input] == 0, let name = variables.removeValue(forKey: input) { free = free ?? name }
      }
      let taken = Set(variables.values)
      let name = free ?? (0...).lazy.map(variable).first { !taken.contains($0) } ?? "value"
      variables[step.output] = name
      body.append("\(name) = \(expression)")
    }
    return (parameters, body)
  }

  private var isCall: Bool {
    switch work {
    case .module, .concatenation: true
    case .sum, .product: false
    }
  }

  private func expression(_ values: [String]) -> String {
    switch work {
    case .module(let path): "self\(path)(\(values.joined(separator: ", ")))"
    case .sum: values.joined(separator: " + ")
    case .product: values.joined(separator: " * ")
    case .concatenation: "torch.cat([\(values.joined(separator: ", "))], dim=1)"
    }
  }

  /// x, y, z, then numbers.
  private static func variable(_ index: Int) -> String {
    index < 3 ? ["x", "y", "z"][index] : "v\(index)"
  }
}
