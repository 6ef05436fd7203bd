import KernelInterface

/// Every kernel by name, with the cases that tests and benchmarks run it on.
///
/// To add a kernel is to add
/// - its call to its family in `KernelInterface`, with a field of the family's struct;
/// - its plain twin in `Kernels/Reference`;
/// - the fast version in `KernelsBaseline/Shared`, named in the family's constant there;
/// - its cases beside this file, and a row here. A test finds a kernel without one.
package enum KernelRegistry {
  package static let kernels: [RegisteredKernel] = [
    RegisteredKernel(
      "pointwise.forward", remainders: PointwiseCases.forwardRemainders,
      benchmarks: PointwiseCases.forwardBenchmarks),
    RegisteredKernel(
      "pointwise.inputGradient", remainders: PointwiseCases.inputGradientRemainders,
      benchmarks: PointwiseCases.inputGradientBenchmarks),
    RegisteredKernel(
      "pointwise.weightGradient", remainders: PointwiseCases.gradientRemainders,
      benchmarks: PointwiseCases.gradientBenchmarks),
    RegisteredKernel(
      "pointwise.pack", remainders: PackingCases.remainders, benchmarks: PackingCases.benchmarks),
    RegisteredKernel(
      "pointwise.scale", remainders: PackingCases.scalingRemainders,
      benchmarks: PackingCases.scalingBenchmarks),
    RegisteredKernel(
      "depthwise.forward", remainders: DepthwiseCases.remainders(.forward),
      benchmarks: DepthwiseCases.benchmarks(.forward)),
    RegisteredKernel(
      "depthwise.backward", remainders: DepthwiseCases.remainders(.inputGradient),
      benchmarks: DepthwiseCases.benchmarks(.inputGradient)),
    RegisteredKernel(
      "depthwise.weightGradient", remainders: DepthwiseCases.remainders(.weightGradient),
      benchmarks: DepthwiseCases.benchmarks(.weightGradient)),
    RegisteredKernel(
      "normalization.moments", remainders: NormalizationCases.remainders(.moments),
      benchmarks: NormalizationCases.benchmarks(.moments)),
    RegisteredKernel(
      "normalization.apply", remainders: NormalizationCases.remainders(.apply),
      benchmarks: NormalizationCases.benchmarks(.apply)),
    RegisteredKernel(
      "normalization.valuesAndSlopes",
      remainders: NormalizationCases.remainders(.valuesAndSlopes),
      benchmarks: NormalizationCases.benchmarks(.valuesAndSlopes)),
    RegisteredKernel(
      "normalization.transformedSums",
      remainders: NormalizationCases.remainders(.transformedSums),
      benchmarks: NormalizationCases.benchmarks(.transformedSums)),
    RegisteredKernel(
      "normalization.gradientSums", remainders: NormalizationCases.remainders(.gradientSums),
      benchmarks: NormalizationCases.benchmarks(.gradientSums)),
    RegisteredKernel(
      "normalization.correct", remainders: NormalizationCases.remainders(.correct),
      benchmarks: NormalizationCases.benchmarks(.correct)),
    RegisteredKernel(
      "elementwise.activate", remainders: ElementwiseCases.activateRemainders,
      benchmarks: ElementwiseCases.activateBenchmarks),
    RegisteredKernel(
      "elementwise.activationGradient",
      remainders: ElementwiseCases.activationGradientRemainders,
      benchmarks: ElementwiseCases.activationGradientBenchmarks),
    RegisteredKernel(
      "elementwise.add", remainders: ElementwiseCases.remainders(.add),
      benchmarks: ElementwiseCases.benchmarks(.add)),
    RegisteredKernel(
      "elementwise.addToRows", remainders: ElementwiseCases.remainders(.addToRows),
      benchmarks: ElementwiseCases.benchmarks(.addToRows)),
    RegisteredKernel(
      "elementwise.columnSums", remainders: ElementwiseCases.remainders(.columnSums),
      benchmarks: ElementwiseCases.benchmarks(.columnSums)),
    RegisteredKernel(
      "elementwise.scaleRows", remainders: ElementwiseCases.remainders(.scaleRows),
      benchmarks: ElementwiseCases.benchmarks(.scaleRows)),
    RegisteredKernel(
      "elementwise.columnProducts", remainders: ElementwiseCases.remainders(.columnProducts),
      benchmarks: ElementwiseCases.benchmarks(.columnProducts)),
    RegisteredKernel(
      "elementwise.gatedProducts", remainders: ElementwiseCases.remainders(.gatedProducts),
      benchmarks: ElementwiseCases.benchmarks(.gatedProducts)),
    RegisteredKernel(
      "pooling.maximum", remainders: WindowCases.remainders(.maximum),
      benchmarks: WindowCases.benchmarks(.maximum)),
    RegisteredKernel(
      "pooling.maximumGradient", remainders: WindowCases.remainders(.maximumGradient),
      benchmarks: WindowCases.benchmarks(.maximumGradient)),
    RegisteredKernel(
      "pooling.average", remainders: WindowCases.remainders(.average),
      benchmarks: WindowCases.benchmarks(.average)),
    RegisteredKernel(
      "pooling.averageGradient", remainders: WindowCases.remainders(.averageGradient),
      benchmarks: WindowCases.benchmarks(.averageGradient)),
    RegisteredKernel(
      "patches.gather", remainders: WindowCases.remainders(.gather),
      benchmarks: WindowCases.benchmarks(.gather)),
    RegisteredKernel(
      "patches.scatter", remainders: WindowCases.remainders(.scatter),
      benchmarks: WindowCases.benchmarks(.scatter)),
    RegisteredKernel(
      "optimizers.sgd", remainders: OptimizerCases.remainders(.sgd),
      benchmarks: OptimizerCases.benchmarks(.sgd)),
    RegisteredKernel(
      "optimizers.rmsprop", remainders: OptimizerCases.remainders(.rmsprop),
      benchmarks: OptimizerCases.benchmarks(.rmsprop)),
    RegisteredKernel(
      "optimizers.adamw", remainders: OptimizerCases.remainders(.adamw),
      benchmarks: OptimizerCases.benchmarks(.adamw)),
  ]
}

/// One row of the registry.
package struct RegisteredKernel: Sendable {
  /// Family and kernel, as in `KernelSet`; a kernel with two results may have a row for each.
  package let name: String
  /// Small cases that tests hold against the reference.
  package let remainders: [KernelCase]
  /// Cases of real networks, for timing.
  package let benchmarks: [KernelCase]

  init(_ name: String, remainders: [KernelCase], benchmarks: [KernelCase]) {
    self.name = name
    self.remainders = remainders
    self.benchmarks = benchmarks
  }
}

/// A kernel on one shape.
package struct KernelCase: Sendable {
  /// The shape, or what is special about it.
  package let name: String
  /// Makes the operands, the same for every kernel set.
  package let prepare: @Sendable (KernelSet) -> KernelRun

  /// The same with operands that are not aligned, where they need not be: a kernel that asks for
  /// more than it says fails.
  package func prepareUnaligned(_ set: KernelSet) -> KernelRun {
    KernelBuffer.$areUnaligned.withValue(true) { prepare(set) }
  }
}
