import Architectures

extension SearchSpace {
  /// Channels that the blocks before a stage can put out.
  func inputChannels(ofStage index: Int) -> [Int] {
    index == 0 ? [stem.channels] : stages[index - 1].channels
  }

  /// A stage with too many blocks to list, or with one that leaves a group without channels.
  func stageFault() -> Fault? {
    for (index, stage) in stages.enumerated() {
      let path = "stages[\(index + 1)]"
      let count = stage.blockSpellings
      if count > SpaceLimits.blocksPerStage {
        return Fault(path, .tooManyBlocks(count: count, limit: SpaceLimits.blocksPerStage))
      }
      // What is wrong with any number of channels is wrong with the fewest or the most.
      let repeated = stage.repeats.contains { $0 > 1 } ? stage.channels : []
      for channels in (inputChannels(ofStage: index) + repeated).ends {
        if let fault = stage.blockFault(inputChannels: channels, path: path) { return fault }
      }
    }
    return nil
  }
}

extension Stage {
  /// Spellings of one block: the product of all lists but the repeats, at most `Int.max`.
  var blockSpellings: Int {
    Gene.Kind.allCases.filter { $0 != .repeats }.reduce(1) { product, kind in
      let (value, overflows) = product.multipliedReportingOverflow(by: optionCount(of: kind))
      return overflows ? .max : value
    }
  }

  /// Tries every pair of options that could leave a group empty. Which genes meet where is
  /// `Block.resolved`'s business; kernels meet the split, group counts meet channels.
  fileprivate func blockFault(inputChannels: Int, path: String) -> SearchSpace.Fault? {
    for expansion in expansion {
      var plain = Block(kernels: [3], expansion: expansion, outputChannels: 1)
      for (index, kernels) in kernels.enumerated() {
        for split in split {
          plain.kernels = kernels
          plain.split = split
          if let fault = plain.fault(inputChannels, "\(path).kernels[\(index + 1)]") {
            return fault
          }
        }
      }
      for (index, groups) in expandGroups.enumerated() {
        let block = Block(
          kernels: [3], expandGroups: groups, expansion: expansion, outputChannels: 1)
        if let fault = block.fault(inputChannels, "\(path).expand-groups[\(index + 1)]") {
          return fault
        }
      }
      for (index, groups) in projectGroups.enumerated() {
        for channels in channels.ends {
          let block = Block(
            kernels: [3], projectGroups: groups, expansion: expansion, outputChannels: channels)
          if let fault = block.fault(inputChannels, "\(path).project-groups[\(index + 1)]") {
            return fault
          }
        }
      }
    }
    let narrow = Block(kernels: [3], expansion: 1, outputChannels: 1)
    for (index, ratio) in squeezeExcitation.enumerated() {
      var block = narrow
      block.squeezeExcitationRatio = ratio
      if let fault = block.fault(inputChannels, "\(path).squeeze-excitation[\(index + 1)]") {
        return fault
      }
    }
    return nil
  }
}

extension Block {
  fileprivate func fault(_ inputChannels: Int, _ path: String) -> SearchSpace.Fault? {
    do throws(GenomeError.Reason) {
      _ = try resolved(inputChannels: inputChannels)
      return nil
    } catch {
      switch error {
      case .emptyGroup(let kernels, let split, let channels):
        return SearchSpace.Fault(
          path,
          .emptyKernelGroup(
            kernels: kernels, split: split.rawValue, inputChannels: inputChannels,
            expansion: expansion, channels: channels))
      case .groupsExceedChannels(_, let groups, let channels):
        return SearchSpace.Fault(path, .emptyPointwiseGroup(groups: groups, channels: channels))
      default:
        return SearchSpace.Fault(path, .invalidBlock("\(error)"))
      }
    }
  }
}

extension [Int] {
  /// The least and the greatest element.
  fileprivate var ends: [Int] { [self.min(), self.max()].compactMap(\.self) }
}
