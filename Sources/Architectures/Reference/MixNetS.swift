extension ReferenceNetwork {
  /// MixNet-S (Tan & Le 2019) as released in `mixnet_builder.py`; the paper's figure 8 draws two
  /// of its blocks without the 9×9 kernels that the released network has.
  package static let mixNetS = ReferenceNetwork(
    name: "mixnet-s", summary: "MixNet-S (Tan & Le 2019), 4.1 M parameters",
    genome: Genome(
      layers: """
        stem16_k3_s2_re
        r1_k3_a1_p1_s1_e1_o16_re
        r1_k3_a1.1_p1.1_s2_e6_o24_re
        r1_k3_a1.1_p1.1_s1_e3_o24_re
        r1_k3.5.7_a1_p1_s2_e6_o40_se0.5_sw
        r3_k3.5_a1.1_p1.1_s1_e6_o40_se0.5_sw
        r1_k3.5.7_a1_p1.1_s2_e6_o80_se0.25_sw
        r2_k3.5_a1_p1.1_s1_e6_o80_se0.25_sw
        r1_k3.5.7_a1.1_p1.1_s1_e6_o120_se0.5_sw
        r2_k3.5.7.9_a1.1_p1.1_s1_e3_o120_se0.5_sw
        r1_k3.5.7.9.11_a1_p1_s2_e6_o200_se0.5_sw
        r2_k3.5.7.9_a1_p1.1_s1_e6_o200_se0.5_sw
        head1536_re_d0.2
        """))
}
