/// What a network costs to hold and to run.
extension NetworkGraph {
  /// All tensors, in the order of the nodes; a node's own come as weight, bias or gamma, beta,
  /// running mean, running variance.
  package var parameterTensors: [ParameterTensor] {
    nodes.indices.flatMap(parameterTensors(of:))
  }

  /// The tensors of one node.
  package func parameterTensors(of node: Int) -> [ParameterTensor] {
    let owner = nodes[node]
    return owner.operation.rules.parameters(inputs: inputShapes(of: node), output: owner.shape)
      .map { plan in
        ParameterTensor(
          name: "\(owner.name).\(plan.role.rawValue)", node: node, role: plan.role,
          count: plan.count, initialization: plan.initialization)
      }
  }

  /// Trained parameters: weights, biases, and gamma and beta of batch norm; not its running
  /// statistics.
  package var parameterCount: Int { nodes.indices.reduce(0) { $0 + parameterCount(of: $1) } }

  /// Trained parameters of one node.
  package func parameterCount(of node: Int) -> Int {
    parameterTensors(of: node).reduce(0) { $0 + ($1.role.isTrained ? $1.count : 0) }
  }

  /// Multiply-adds of one image in convolutions and dense layers; biases, batch norm,
  /// activations and sums don't count.
  package var multiplyAdds: Int { nodes.indices.reduce(0) { $0 + multiplyAdds(of: $1) } }

  /// Multiply-adds of one node, for one image.
  package func multiplyAdds(of node: Int) -> Int {
    nodes[node].operation.rules.multiplyAdds(
      inputs: inputShapes(of: node), output: nodes[node].shape)
  }
}
