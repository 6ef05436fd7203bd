import Architectures

/// Over-parameterised depthwise kernels (DO-Conv, Cao et al. 2022, arXiv 2006.12030, in its
/// depthwise form with `D_mul` = the number of taps): channel c is convolved with
/// `k = (D + I) w`, where `w` has as many elements as the kernel has taps, `D` is square and
/// starts at zero. Training therefore starts from the plain kernel, and only its steps differ;
/// afterwards `k` is an ordinary kernel.
///
/// Weights `w` lie as the kernels do, per group `[taps, channels]`; `D` per group
/// `[taps, taps, channels]`, the taps of `k` first. Kernels of one tap have no `D`.
struct DepthwiseProduct {
  private struct Group {
    let taps: Int
    let channels: Int
    let kernel: Int
    let weights: Int
    let factors: Int
  }

  private let groups: [Group]
  /// Where all `w` and all `D` lie.
  let ownWeights: Range<Int>
  let factors: Range<Int>

  /// - Parameters:
  ///   - kernel: offset of the kernels that the layer uses.
  ///   - parts: offset at which `w` and then `D` begin.
  init(_ groups: [MixedDepthwise.Group], kernel: Int, parts: Int) {
    let taps = groups.map { $0.kernel * $0.kernel }
    let count = zip(groups, taps).reduce(0) { $0 + $1.0.channels * $1.1 }
    ownWeights = parts..<parts + count
    var offset = 0
    var factor = ownWeights.upperBound
    self.groups = zip(groups, taps).map { group, taps in
      let size = taps * group.channels
      defer {
        offset += size
        if taps > 1 { factor += taps * size }
      }
      return Group(
        taps: taps, channels: group.channels, kernel: kernel + offset, weights: parts + offset,
        factors: factor)
    }
    factors = ownWeights.upperBound..<factor
  }

  /// `w = k`, `D = 0`.
  func start(_ parameters: UnsafeMutablePointer<Float>) {
    for group in groups {
      (parameters + group.weights).update(
        from: parameters + group.kernel, count: group.taps * group.channels)
    }
    (parameters + factors.lowerBound).update(repeating: 0, count: factors.count)
  }

  /// `k = (D + I) w`
  func compose(_ parameters: UnsafeMutablePointer<Float>) {
    for group in groups {
      let (taps, channels) = (group.taps, group.channels)
      let kernel = parameters + group.kernel
      let weights = UnsafePointer(parameters + group.weights)
      kernel.update(from: weights, count: taps * channels)
      guard taps > 1 else { continue }
      for tap in 0..<taps {
        for other in 0..<taps {
          addProduct(
            channels, parameters + group.factors + (tap * taps + other) * channels,
            weights + other * channels, to: kernel + tap * channels)
        }
      }
    }
  }

  /// `∂w = (D + I)ᵀ ∂k`, `∂D = ∂k wᵀ`
  func distribute(
    _ gradients: UnsafeMutablePointer<Float>, _ parameters: UnsafeMutablePointer<Float>
  ) {
    for group in groups {
      let (taps, channels) = (group.taps, group.channels)
      let kernel = UnsafePointer(gradients + group.kernel)
      (gradients + group.weights).update(from: kernel, count: taps * channels)
      guard taps > 1 else { continue }
      for tap in 0..<taps {
        for other in 0..<taps {
          let factor = (tap * taps + other) * channels
          addProduct(
            channels, parameters + group.factors + factor, kernel + tap * channels,
            to: gradients + group.weights + other * channels)
          multiply(
            channels, kernel + tap * channels, parameters + group.weights + other * channels,
            into: gradients + group.factors + factor)
        }
      }
    }
  }

  @inline(__always)
  private func addProduct(
    _ count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    to sum: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count { sum[index] += a[index] * b[index] }
  }

  @inline(__always)
  private func multiply(
    _ count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    into product: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count { product[index] = a[index] * b[index] }
  }
}
