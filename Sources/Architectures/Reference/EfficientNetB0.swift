extension ReferenceNetwork {
  /// EfficientNet-B0 (Tan & Le 2019). The drop-connect that it was trained with, 0.2, is not part
  /// of the network here.
  package static let efficientNetB0 = ReferenceNetwork(
    name: "efficientnet-b0", summary: "EfficientNet-B0 (Tan & Le 2019), 5.3 M parameters",
    genome: Genome(
      layers: """
        stem32_k3_s2_sw
        r1_k3_s1_e1_o16_se0.25_sw
        r2_k3_s2_e6_o24_se0.25_sw
        r2_k5_s2_e6_o40_se0.25_sw
        r3_k3_s2_e6_o80_se0.25_sw
        r3_k5_s1_e6_o112_se0.25_sw
        r4_k5_s2_e6_o192_se0.25_sw
        r1_k3_s1_e6_o320_se0.25_sw
        head1280_sw_d0.2
        """))
}
