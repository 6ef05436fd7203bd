import Architectures
import Engine

extension NetworkWeights {
  /// The tensors of a weight file, in the order of the graph's nodes.
  ///
  /// - Parameter prefix: before every name.
  /// - Precondition: these are weights of the graph.
  package func tensors(of graph: NetworkGraph, prefix: String = "") -> [SafetensorsFile.Tensor] {
    graph.tensorLayouts.map { layout in
      let start = offsets[layout.tensor] + layout.offset
      return SafetensorsFile.Tensor(
        name: prefix + layout.name, shape: layout.shape,
        values: layout.stored(values[start..<start + layout.count]))
    }
  }

  /// Takes the weights from tensors that have exactly the names and shapes of the graph's.
  ///
  /// - Parameter file: named in errors.
  /// - Throws: `WeightFileError`, also where a value is no finite number or a variance is
  ///   negative.
  package init(
    graph: NetworkGraph, tensors: [SafetensorsFile.Tensor], file: String
  ) throws(WeightFileError) {
    do throws(WeightFileError.Reason) {
      let layouts = graph.tensorLayouts
      let found = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
      try Self.checkNames(layouts.map(\.name), found: found)
      var values: [Float] = []
      values.reserveCapacity(layouts.reduce(0) { $0 + $1.count })
      let roles = graph.parameterTensors.map(\.role)
      // A tensor's parts follow each other, as the tensors do.
      for layout in layouts {
        guard let tensor = found[layout.name] else { continue }
        guard tensor.shape == layout.shape else {
          throw .shape(layout.name, needed: layout.shape, found: tensor.shape)
        }
        try Self.checkValues(tensor, areVariances: roles[layout.tensor] == .runningVariance)
        values += layout.loaded(tensor.values)
      }
      self.init(graph: graph, values: values)
    } catch {
      throw WeightFileError(file: file, reason: error)
    }
  }

  private static func checkNames(
    _ needed: [String], found: [String: SafetensorsFile.Tensor]
  ) throws(WeightFileError.Reason) {
    let missing = needed.filter { found[$0] == nil }
    guard missing.isEmpty else { throw .missing(missing) }
    let unexpected = Set(found.keys).subtracting(needed)
    guard unexpected.isEmpty else { throw .unexpected(unexpected.sorted()) }
  }

  private static func checkValues(
    _ tensor: SafetensorsFile.Tensor, areVariances: Bool
  ) throws(WeightFileError.Reason) {
    guard tensor.values.allSatisfy(\.isFinite) else { throw .notFinite(tensor.name) }
    if areVariances, tensor.values.contains(where: { $0 < 0 }) {
      throw .negativeVariance(tensor.name)
    }
  }
}
