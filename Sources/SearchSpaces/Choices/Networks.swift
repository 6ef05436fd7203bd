import Architectures

extension SearchSpace {
  /// The variant that trains in the stead of a genome of this space: the listed layers keep
  /// their kernels, dilation and skips but run with stride 1.
  ///
  /// Stages are told apart by their order alone where several spellings fit; the strided layers
  /// are the same in all of them.
  package func proxyVariant(for genome: Genome) -> NetworkVariant {
    // Strided blocks begin a stage, so the i-th strided block is the first of the i-th strided
    // stage, however many blocks lie between.
    let stridedStages = stages.indices.filter { stages[$0].stride > 1 }
    let stridedBlocks = genome.blocks.indices.filter { genome.blocks[$0].stride > 1 }
    precondition(stridedStages.count == stridedBlocks.count, "a genome of another space")
    let unstrided = zip(stridedStages, stridedBlocks)
      .filter { input.proxy.unstrided.contains($0.0 + 1) }.map(\.1)
    return .proxy(
      unstridedBlocks: Set(unstrided), unstridedStem: input.proxy.unstrided.contains(0))
  }

  /// The images that the deployed network reads.
  package var deploymentShape: TensorShape {
    TensorShape(height: input.resolution, width: input.resolution, channels: input.channels)
  }

  /// The images that a proxy trains on.
  package var proxyShape: TensorShape {
    TensorShape(
      height: input.proxy.resolution, width: input.proxy.resolution, channels: input.channels)
  }
}
