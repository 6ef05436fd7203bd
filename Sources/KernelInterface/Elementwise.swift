/// Activations, sums and broadcast products.
package struct ElementwiseKernels: Sendable {
  /// `y = activation(x)`; `y` may be `x`.
  package let activate: @Sendable (_ count: Int, KernelActivation, _ x: Input, _ y: Output) -> Void
  /// `dx = dy · activation'(x)`, from the activation's *input*; `dx` may be `dy`.
  package let activationGradient:
    @Sendable (_ count: Int, KernelActivation, _ x: Input, _ dy: Input, _ dx: Output) -> Void
  /// `y = a + b`; `y` may be either.
  package let add: @Sendable (_ count: Int, _ a: Input, _ b: Input, _ y: Output) -> Void
  /// `y[r, c] += x[c]` for each row.
  package let addToRows: @Sendable (_ rows: Int, _ channels: Int, _ x: Input, _ y: Output) -> Void
  /// `sums[c] (+)= Σ_r x[r, c]`, times `factor`.
  package let columnSums:
    @Sendable (
      _ rows: Int, _ channels: Int, _ x: Input, _ factor: Float, _ accumulates: Bool,
      _ sums: Output
    ) -> Void
  /// `y[r, c] = x[r, c] · scale[c]`: squeeze-and-excitation's product, one image a call; `y` may
  /// be `x`.
  package let scaleRows:
    @Sendable (_ rows: Int, _ channels: Int, _ x: Input, _ scale: Input, _ y: Output) -> Void
  /// `products[c] = Σ_r x[r, c] · dy[r, c]`: the gradient of that scale, one image a call.
  package let columnProducts:
    @Sendable (_ rows: Int, _ channels: Int, _ x: Input, _ dy: Input, _ products: Output) -> Void
  /// `dots[r] = Σ_c x[r, c] · y[r, c]` and `sums[r, c] += factors[r] · y[r, c]`: one image's share
  /// of the gradients of a gate and of the weights `x` behind it, where `y` is the product of the
  /// inputs in front of the gate with the output's gradient.
  package let gatedProducts:
    @Sendable (
      _ rows: Int, _ channels: Int, _ x: Input, _ y: Input, _ factors: Input, _ dots: Output,
      _ sums: Output
    ) -> Void

  package init(
    activate: @escaping @Sendable (Int, KernelActivation, Input, Output) -> Void,
    activationGradient:
      @escaping @Sendable (Int, KernelActivation, Input, Input, Output) -> Void,
    add: @escaping @Sendable (Int, Input, Input, Output) -> Void,
    addToRows: @escaping @Sendable (Int, Int, Input, Output) -> Void,
    columnSums: @escaping @Sendable (Int, Int, Input, Float, Bool, Output) -> Void,
    scaleRows: @escaping @Sendable (Int, Int, Input, Input, Output) -> Void,
    columnProducts: @escaping @Sendable (Int, Int, Input, Input, Output) -> Void,
    gatedProducts:
      @escaping @Sendable (Int, Int, Input, Input, Input, Output, Output) -> Void
  ) {
    self.activate = activate
    self.activationGradient = activationGradient
    self.add = add
    self.addToRows = addToRows
    self.columnSums = columnSums
    self.scaleRows = scaleRows
    self.columnProducts = columnProducts
    self.gatedProducts = gatedProducts
  }
}
