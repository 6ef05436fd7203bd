import Architectures

extension SearchSpace {
  /// Checks that each setting is one that may be, that they fit together, and that every spelling
  /// is a network that can be built, for deployment and as a proxy. A space that was read from YAML
  /// has passed; one that comes from elsewhere, as a run folder's JSON, is checked with this. The
  /// options of a stage may then be any that a genome may have.
  ///
  /// - Throws: `SpaceError` with the key but without a line.
  package func validate(file: String) throws(SpaceError) {
    if let fault = firstFault() {
      throw SpaceError(file: file, key: fault.path, problem: fault.problem)
    }
  }

  func firstFault() -> Fault? {
    listFault() ?? rangeFault() ?? settingsFault() ?? proxyFault() ?? imageFault() ?? stageFault()
      ?? sizeFault()
  }

  /// A key's path and what is wrong there.
  struct Fault {
    let path: String
    let problem: SpaceError.Problem

    init(_ path: String, _ problem: SpaceError.Problem) {
      self.path = path
      self.problem = problem
    }
  }

  private func listFault() -> Fault? {
    if stages.isEmpty { return Fault("stages", .emptyList(allowed: "at least one stage")) }
    if stages.count > SpaceLimits.stages {
      return Fault("stages", .tooManyOptions(count: stages.count, limit: SpaceLimits.stages))
    }
    for (index, stage) in stages.enumerated() {
      for kind in Gene.Kind.allCases where stage.optionCount(of: kind) == 0 {
        return Fault(
          "stages[\(index + 1)].\(kind.rawValue)", .emptyList(allowed: "at least one option"))
      }
      if !GenomeLimits.stride.contains(stage.stride) {
        let allowed = Allowed.integer(GenomeLimits.stride)
        return Fault(
          "stages[\(index + 1)].stride",
          .wrongValue(found: "'\(stage.stride)'", allowed: "\(allowed)"))
      }
      if let count = stage.repeats.first(where: { !SpaceLimits.repeats.contains($0) }) {
        let allowed = Allowed.integer(SpaceLimits.repeats)
        return Fault(
          "stages[\(index + 1)].repeats", .wrongValue(found: "'\(count)'", allowed: "\(allowed)"))
      }
    }
    return nil
  }

  private func settingsFault() -> Fault? {
    if !CostTarget.isAllowed(objective.target) {
      return Fault(
        "objective.target",
        .wrongValue(found: "\(objective.target)", allowed: CostTarget.allowed))
    }
    if training.warmupEpochs >= Double(training.epochs) {
      // The learning rate would never fall.
      return Fault(
        "training.warmup-epochs",
        .wrongValue(
          found: plainNumber(training.warmupEpochs),
          allowed: "less than training.epochs (\(training.epochs))"))
    }
    let side = input.proxy.resolution
    let bounded: [(path: String, value: Double, limit: String, bound: Double)] = [
      (
        "strategy.sample", Double(strategy.sample), "strategy.population",
        Double(strategy.population)
      ),
      (
        "latency.minimum-runs", Double(latency.minimumRuns), "latency.maximum-runs",
        Double(latency.maximumRuns)
      ),
      (
        "training.batch-size", Double(training.batchSize), "training.training-images",
        training.trainingImages.map(Double.init) ?? .infinity
      ),
      (
        "training.augmentation.crop-padding", Double(training.augmentation.cropPadding),
        "input.proxy.resolution", Double(side)
      ),
      (
        "training.augmentation.cutout", Double(training.augmentation.cutout),
        "input.proxy.resolution", Double(side)
      ),
    ]
    return bounded.first { $0.value > $0.bound }.map {
      Fault(
        $0.path,
        .exceeds(
          value: plainNumber($0.value), key: $0.limit, limit: plainNumber($0.bound)))
    }
  }

  private func proxyFault() -> Fault? {
    for (index, layer) in input.proxy.unstrided.enumerated() {
      let path = "input.proxy.unstrided[\(index + 1)]"
      guard (0...stages.count).contains(layer) else {
        return Fault(
          path, .exceeds(value: "stage \(layer)", key: "stages", limit: "\(stages.count)"))
      }
      let stride = layer == 0 ? stem.stride : stages[layer - 1].stride
      if stride == 1 {
        return Fault(path, .notStrided(layer: layer == 0 ? "the stem" : "stage \(layer)"))
      }
    }
    return nil
  }

  /// A stride where a single pixel is left.
  private func imageFault() -> Fault? {
    let networks = [
      ("deployment network", input.resolution, []),
      ("proxy", input.proxy.resolution, input.proxy.unstrided),
    ]
    for (network, resolution, unstrided) in networks {
      var side = resolution
      for (layer, stride) in ([stem.stride] + stages.map(\.stride)).enumerated()
      where stride > 1 && !unstrided.contains(layer) {
        if side == 1 {
          let name = layer == 0 ? "the stem" : "stage \(layer)"
          return Fault(
            layer == 0 ? "stem.stride" : "stages[\(layer)].stride",
            .imageVanishes(layer: name, stride: stride, network: network))
        }
        side = (side + stride - 1) / stride
      }
    }
    return nil
  }

  /// The largest network must build: every other one is no larger in any node.
  private func sizeFault() -> Fault? {
    let genome = Genome(stem: stem, blocks: stages.flatMap(\.largestBlocks), head: head)
    let networks = [
      (input.resolution, NetworkVariant.deployment, "input.resolution"),
      (input.proxy.resolution, proxyVariant(for: genome), "input.proxy.resolution"),
    ]
    for (resolution, variant, path) in networks {
      let shape = TensorShape(height: resolution, width: resolution, channels: input.channels)
      do {
        _ = try genome.graph(input: shape, classes: 1000, variant: variant)
      } catch {
        return Fault(path, .tooLarge("\(error)"))
      }
    }
    return nil
  }
}

extension Stage {
  /// Blocks with the most channels and weights that the stage allows.
  fileprivate var largestBlocks: [Block] {
    (0..<(repeats.max() ?? 1)).map { index in
      Block(
        kernels: [kernels.joined().max() ?? 3], expandGroups: 1, projectGroups: 1,
        stride: index == 0 ? stride : 1, expansion: expansion.max() ?? 1,
        outputChannels: channels.max() ?? 1,
        squeezeExcitationRatio: squeezeExcitation.max() ?? 0)
    }
  }
}
