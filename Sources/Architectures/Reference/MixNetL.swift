extension ReferenceNetwork {
  /// MixNet-L (Tan & Le 2019): MixNet-M with 1.3 times the channels, but the same head.
  package static let mixNetL = ReferenceNetwork(
    name: "mixnet-l", summary: "MixNet-L (Tan & Le 2019), 7.3 M parameters",
    genome: mixNetMGenome.widened(by: 1.3))
}
