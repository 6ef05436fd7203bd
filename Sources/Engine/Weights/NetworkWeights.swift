import Architectures
import Randomness

/// The values of all `parameterTensors` of a graph, one after the other in one run of floats.
///
///     let weights = NetworkWeights(graph: graph, random: RandomStream(seed: 7))
///     let stem = weights[named: "stem.convolution.weight"]
///
/// A value: a copy is independent of its original, and costs memory only once one of them is
/// changed.
package struct NetworkWeights: Sendable, Equatable {
  /// The graph's tensors, in its order.
  package let tensors: [ParameterTensor]
  /// Where each tensor starts in `values`.
  package let offsets: [Int]
  /// All tensors without gaps; the layout of each is documented with its operation.
  package private(set) var values: [Float]

  /// Values that a file or a training gave.
  ///
  /// - Precondition: as many values as the graph's tensors hold.
  package init(graph: NetworkGraph, values: [Float]) {
    tensors = graph.parameterTensors
    var offsets: [Int] = []
    var offset = 0
    for tensor in tensors {
      offsets.append(offset)
      offset += tensor.count
    }
    precondition(values.count == offset, "the graph has \(offset) weights, not \(values.count)")
    self.offsets = offsets
    self.values = values
  }

  /// Floats in all.
  package var count: Int { values.count }

  /// Where a tensor's values lie in `values`.
  package func range(of tensor: Int) -> Range<Int> {
    offsets[tensor]..<offsets[tensor] + tensors[tensor].count
  }

  /// The index of the tensor of that name.
  package func index(named name: String) -> Int? {
    tensors.firstIndex { $0.name == name }
  }

  /// The index of a node's tensor.
  package func index(node: Int, role: ParameterTensor.Role) -> Int? {
    tensors.firstIndex { $0.node == node && $0.role == role }
  }

  /// The values of one tensor, by its index.
  package subscript(tensor: Int) -> ArraySlice<Float> {
    values[range(of: tensor)]
  }

  /// The values of one tensor, by its name.
  package subscript(named name: String) -> ArraySlice<Float>? {
    index(named: name).map { self[$0] }
  }

  /// Replaces one tensor's values.
  ///
  /// - Precondition: as many as the tensor holds.
  package mutating func replace(_ tensor: Int, with newValues: some Collection<Float>) {
    precondition(newValues.count == tensors[tensor].count, "\(tensors[tensor].name): wrong size")
    values.replaceSubrange(range(of: tensor), with: newValues)
  }

  /// Whether no value is infinite or not a number.
  package var areFinite: Bool {
    values.allSatisfy(\.isFinite)
  }

  /// Sixteen hexadecimal digits that differ when any bit of any value does: FNV-1a over the
  /// 32-bit patterns, the same on every machine.
  package var digest: String {
    var hash = StableHash()
    hash.combine(values)
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension NetworkWeights {
  /// The values of a node's tensor of that role, if it has one.
  func optionalValues(of node: Int, _ role: ParameterTensor.Role) -> [Float]? {
    index(node: node, role: role).map { Array(self[$0]) }
  }

  /// The values of a node's tensor of that role.
  ///
  /// - Precondition: the node has one.
  func values(of node: Int, _ role: ParameterTensor.Role) -> [Float] {
    guard let values = optionalValues(of: node, role) else {
      preconditionFailure("node \(node) has no \(role.rawValue)")
    }
    return values
  }
}
