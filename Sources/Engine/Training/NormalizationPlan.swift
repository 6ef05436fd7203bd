import Kernels

/// Where the buffers that batch norms share with the layers around them lie.
struct NormalizationPlan {
  private struct Entry {
    let channels: Int
    let activation: KernelActivation
    /// Mean, inverse deviation, scale, shift, then the correction's three.
    let rows: [MemoryPlan.Buffer]
    let moments: MemoryPlan.Buffer
    let momentBlocks: RowBlocks
    let sums: MemoryPlan.Buffer
    let sumBlocks: RowBlocks
  }

  /// By batch-norm node.
  private var entries: [Int: Entry] = [:]

  init(
    layers: [PlannedLayer], deferral: DeferralPlan, batchSize: Int, timeline: Timeline,
    memory: inout MemoryPlan
  ) {
    var writers: [Int: Int] = [:]
    var readers: [Int: Int] = [:]
    for (index, planned) in layers.enumerated() {
      writers[planned.output] = index
      for input in planned.inputs { readers[input] = index }
    }
    for (index, planned) in layers.enumerated() {
      guard let plan = deferral.normalizations[planned.node],
        let layer = planned.layer as? BatchNormalizationLayer
      else { continue }
      let writer = writers[plan.source] ?? index
      let reader = readers[planned.output] ?? index
      let momentBlocks =
        plan.sourceTakesPart ? layers[writer].layer.blocks ?? layer.ownBlocks : layer.ownBlocks
      let sumBlocks =
        plan.readerReduces
        ? layers[reader].layer.gradientBlocks ?? layer.ownBlocks : layer.ownBlocks
      let channels = layer.channels
      entries[planned.node] = Entry(
        channels: channels, activation: layer.activation,
        rows: (0..<7).map { _ in
          memory.add(
            count: channels,
            alive: timeline.forward(index)...timeline.backward(min(writer, index)))
        },
        moments: memory.add(
          count: 2 * channels * momentBlocks.count(images: batchSize),
          alive: timeline.forward(min(writer, index))...timeline.forward(index)),
        momentBlocks: momentBlocks,
        sums: memory.add(
          count: 2 * channels * sumBlocks.count(images: batchSize),
          alive: timeline.backward(max(reader, index))...timeline.backward(index)),
        sumBlocks: sumBlocks)
    }
  }

  /// By batch-norm node.
  func buffers(_ place: (MemoryPlan.Buffer) -> Output) -> [Int: NormalizationBuffers] {
    entries.mapValues { entry in
      NormalizationBuffers(
        channels: entry.channels, activation: entry.activation, mean: place(entry.rows[0]),
        inverseDeviation: place(entry.rows[1]), scale: place(entry.rows[2]),
        shift: place(entry.rows[3]), gradientScale: place(entry.rows[4]),
        valueScale: place(entry.rows[5]), correctionShift: place(entry.rows[6]),
        moments: place(entry.moments), momentBlocks: entry.momentBlocks,
        sums: place(entry.sums), sumBlocks: entry.sumBlocks)
    }
  }
}
