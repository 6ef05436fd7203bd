extension ReferenceNetwork {
  /// MixNet-M (Tan & Le 2019) as released in `mixnet_builder.py`.
  package static let mixNetM = ReferenceNetwork(
    name: "mixnet-m", summary: "MixNet-M (Tan & Le 2019), 5.0 M parameters",
    genome: mixNetMGenome)

  static let mixNetMGenome = Genome(
    layers: """
      stem24_k3_s2_re
      r1_k3_a1_p1_s1_e1_o24_re
      r1_k3.5.7_a1.1_p1.1_s2_e6_o32_re
      r1_k3_a1.1_p1.1_s1_e3_o32_re
      r1_k3.5.7.9_a1_p1_s2_e6_o40_se0.5_sw
      r3_k3.5_a1.1_p1.1_s1_e6_o40_se0.5_sw
      r1_k3.5.7_a1_p1_s2_e6_o80_se0.25_sw
      r3_k3.5.7.9_a1.1_p1.1_s1_e6_o80_se0.25_sw
      r1_k3_a1_p1_s1_e6_o120_se0.5_sw
      r3_k3.5.7.9_a1.1_p1.1_s1_e3_o120_se0.5_sw
      r1_k3.5.7.9_a1_p1_s2_e6_o200_se0.5_sw
      r3_k3.5.7.9_a1_p1.1_s1_e6_o200_se0.5_sw
      head1536_re_d0.25
      """)
}
