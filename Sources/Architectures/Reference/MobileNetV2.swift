extension ReferenceNetwork {
  /// MobileNetV2 1.0 (Sandler et al. 2018). The first block has no expansion.
  package static let mobileNetV2 = ReferenceNetwork(
    name: "mobilenet-v2", summary: "MobileNetV2 1.0 (Sandler et al. 2018), 3.5 M parameters",
    genome: Genome(
      layers: """
        stem32_k3_s2_r6
        r1_k3_s1_e1_o16_r6
        r2_k3_s2_e6_o24_r6
        r3_k3_s2_e6_o32_r6
        r4_k3_s2_e6_o64_r6
        r3_k3_s1_e6_o96_r6
        r3_k3_s2_e6_o160_r6
        r1_k3_s1_e6_o320_r6
        head1280_r6_d0.2
        """))
}
