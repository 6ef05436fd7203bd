/// The block notation: a genome in one line of text, in the style of the released MixNet and
/// timm.
///
///     stem16_k3_s2_re r1_k3_a1_p1_s1_e1_o16_re r2_k3.5_a1.1_p1_s2_e6_o40_se0.5_sw head1536_re_d0.2
///
/// Layers stand in order, with a space between them; fields of a layer are joined by `_`.
///
/// | field of a block | meaning | without it |
/// |---|---|---|
/// | `r2` | stands first: this block, and one more like it with stride 1 | `r1` |
/// | `k3.5.7` | kernels of the mixed depthwise convolution | needed |
/// | `a1.1`, `p1.1` | 1×1 groups of expansion and projection, a `1` for each | `a1`, `p1` |
/// | `s2` (or `s22`) | stride | needed |
/// | `e6` | expansion | needed |
/// | `i24` | input channels, only checked | |
/// | `o40` (or `c40`) | output channels | needed |
/// | `se0.5` | squeeze-and-excitation, as a part of the input channels | none |
/// | `re` `r6` `sw` `hs` `sg` `hg` | ReLU, ReLU6, swish, hard-swish, sigmoid, hard-sigmoid | `re` |
/// | `xs` | exponential channel split | equal |
/// | `dl` | dilated kernels | plain |
/// | `noskip` | the input is not added | added where it fits |
///
/// `stemN` gives channels, with `k` (3), `s` (needed) and an activation; `headN` channels, with
/// an activation and `d0.2` for dropout (0). timm's `n` before an activation (`nsw`) is
/// understood as well.
enum BlockNotation {
  static func code(of activation: Activation) -> String {
    switch activation {
    case .relu: "re"
    case .relu6: "r6"
    case .swish: "sw"
    case .hardSwish: "hs"
    case .sigmoid: "sg"
    case .hardSigmoid: "hg"
    }
  }

  static func activation(of code: Substring) -> Activation? {
    let plain = code.hasPrefix("n") ? code.dropFirst() : code
    return Activation.allCases.first { self.code(of: $0) == plain }
  }
}
