import Architectures

/// Where gradients lie on the way back.
///
/// The first reader of a value to run backward writes the value's gradient, later ones add to
/// it. A sum hands its gradient on to both inputs without a copy: several gradients may then
/// stand in one buffer, and as long as they do nothing may write there; a layer that would, goes
/// to a new buffer instead.
struct GradientPlan {
  struct Target {
    var values: MemoryPlan.Buffer
    var addend: MemoryPlan.Buffer?
  }

  struct Addition {
    var gradient: MemoryPlan.Buffer
    var addend: MemoryPlan.Buffer
    var sum: MemoryPlan.Buffer
    var node: Int
  }

  struct Layer {
    var outputGradient: MemoryPlan.Buffer?
    var targets: [Target?]
    var additions: [Addition] = []
  }

  /// In forward order.
  private(set) var layers: [Layer]
  /// Of the network's last node.
  let output: MemoryPlan.Buffer
  private(set) var input: MemoryPlan.Buffer?

  private let batchSize: Int
  private let counts: [Int]
  /// Per node, where its gradient stands so far.
  private var buffers: [MemoryPlan.Buffer?]
  /// Per buffer, the nodes whose gradients stand there and are still to be read.
  private var unread: [Int: Set<Int>] = [:]

  init(
    graph: NetworkGraph, layers: [PlannedLayer], batchSize: Int, timeline: Timeline,
    needsInputGradient: Bool, memory: inout MemoryPlan
  ) {
    self.batchSize = batchSize
    counts = graph.nodes.map { batchSize * $0.shape.elementCount }
    buffers = Array(repeating: nil, count: graph.nodes.count)
    self.layers = layers.map {
      Layer(outputGradient: nil, targets: Array(repeating: nil, count: $0.inputs.count))
    }
    let last = graph.nodes.count - 1
    output = memory.add(count: counts[last], alive: timeline.loss...timeline.loss)
    buffers[last] = output
    unread[output.index] = [last]

    for index in layers.indices.reversed() {
      let planned = layers[index]
      let now = timeline.backward(index)
      guard let gradient = buffers[planned.output] else { continue }
      memory.extend(gradient, to: now)
      self.layers[index].outputGradient = gradient
      for (position, node) in planned.inputs.enumerated()
      where node > 0 || needsInputGradient {
        plan(
          node, at: position, of: index, reading: gradient, of: planned.output,
          needs: planned.layer.needs, now: now, &memory)
      }
      unread[gradient.index]?.remove(planned.output)
    }
    if needsInputGradient, let buffer = buffers[0] {
      memory.extend(buffer, to: timeline.end)
      input = buffer
    }
  }

  private mutating func plan(
    _ node: Int, at position: Int, of layer: Int, reading gradient: MemoryPlan.Buffer,
    of output: Int, needs: LayerNeeds, now: Int, _ memory: inout MemoryPlan
  ) {
    let passes = needs.passesGradientTo.contains(position)
    guard let soFar = buffers[node] else {
      if passes {
        claim(gradient, for: node)
      } else if needs.reversesInPlace, unread[gradient.index] == [output] {
        claim(gradient, for: node)
        layers[layer].targets[position] = Target(values: gradient)
      } else {
        let buffer = memory.add(count: counts[node], alive: now...now)
        claim(buffer, for: node)
        layers[layer].targets[position] = Target(values: buffer)
      }
      return
    }
    memory.extend(soFar, to: now)
    let sum: MemoryPlan.Buffer
    if unread[soFar.index] == [node] {
      sum = soFar
    } else {
      sum = memory.add(count: counts[node], alive: now...now)
      unread[soFar.index]?.remove(node)
      claim(sum, for: node)
    }
    if needs.addsToGradients {
      layers[layer].targets[position] = Target(values: sum, addend: soFar)
    } else {
      var part = gradient
      if !passes {
        part = memory.add(count: counts[node], alive: now...now)
        layers[layer].targets[position] = Target(values: part)
      }
      layers[layer].additions.append(
        Addition(gradient: part, addend: soFar, sum: sum, node: node))
    }
  }

  private mutating func claim(_ buffer: MemoryPlan.Buffer, for node: Int) {
    buffers[node] = buffer
    unread[buffer.index, default: []].insert(node)
  }
}
