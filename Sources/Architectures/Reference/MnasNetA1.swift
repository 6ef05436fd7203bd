extension ReferenceNetwork {
  /// MnasNet-A1 (Tan et al. 2019, figure 7). Its squeeze-and-excitations are a quarter of the
  /// block's input channels.
  package static let mnasNetA1 = ReferenceNetwork(
    name: "mnasnet-a1", summary: "MnasNet-A1 (Tan et al. 2019), 3.9 M parameters",
    genome: Genome(
      layers: """
        stem32_k3_s2_re
        r1_k3_s1_e1_o16_re
        r2_k3_s2_e6_o24_re
        r3_k5_s2_e3_o40_se0.25_re
        r4_k3_s2_e6_o80_re
        r2_k3_s1_e6_o112_se0.25_re
        r3_k5_s2_e6_o160_se0.25_re
        r1_k3_s1_e6_o320_re
        head1280_re_d0.2
        """))
}
