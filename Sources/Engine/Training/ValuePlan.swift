import Architectures

/// Which buffer holds the value of each node, and for how long: until its last reader has run,
/// or has run backward if it needs the value for that. A deferred value (`DeferralPlan`) is
/// where its source is.
struct ValuePlan {
  /// Per node; of a batch norm whose activation is part of its layer, that of the activation.
  let buffers: [MemoryPlan.Buffer]

  init(
    graph: NetworkGraph, layers: [PlannedLayer], deferral: DeferralPlan, batchSize: Int,
    timeline: Timeline, memory: inout MemoryPlan
  ) {
    var lastUse = [Int](repeating: 0, count: graph.nodes.count)
    for (index, planned) in layers.enumerated() {
      let last =
        planned.layer.needs.keepsInputs ? timeline.backward(index) : timeline.forward(index)
      for input in planned.inputs {
        // What is done to a deferred value as it is read, is undone on the way back.
        let isDeferred = deferral.deferred[input] != nil
        let source = deferral.source(of: input)
        lastUse[source] = max(lastUse[source], isDeferred ? timeline.backward(index) : last)
      }
      // The gradient is corrected with the values in front of the batch norm.
      if deferral.normalization(fedBy: planned.output) != nil {
        lastUse[planned.output] = max(lastUse[planned.output], timeline.backward(index))
      }
    }
    // The caller writes the input and reads the output between steps.
    lastUse[0] = timeline.end
    lastUse[graph.nodes.count - 1] = timeline.end

    let input = memory.add(
      count: batchSize * graph.input.elementCount, alive: timeline.input...timeline.end)
    var buffers = [MemoryPlan.Buffer](repeating: input, count: graph.nodes.count)
    // Values in one buffer come one after the other, so the last one's end is the buffer's.
    var bufferEnd = [input.index: timeline.end]
    for (index, planned) in layers.enumerated() {
      let now = timeline.forward(index)
      if deferral.deferred[planned.output] != nil {
        buffers[planned.output] = buffers[deferral.source(of: planned.output)]
        continue
      }
      let end = max(now, lastUse[planned.output])
      let reusable =
        planned.layer.needs.runsInPlace
        ? planned.inputs.first { bufferEnd[buffers[$0].index, default: .max] <= now } : nil
      let buffer: MemoryPlan.Buffer
      if let reusable {
        buffer = buffers[reusable]
        memory.extend(buffer, to: end)
      } else {
        let count = batchSize * graph.nodes[planned.output].shape.elementCount
        buffer = memory.add(count: count, alive: now...end)
      }
      buffers[planned.output] = buffer
      bufferEnd[buffer.index] = end
    }
    self.buffers = buffers
  }
}
