import KernelInterface
import KernelsBaseline

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512
#endif

/// Times the kernels of the registry on shapes of real networks.
package enum KernelBenchmark {
  /// One kernel on one shape; times are medians.
  package struct Row: Sendable, Encodable {
    /// Named as in the registry.
    package var kernel: String
    package var shape: String
    package var milliseconds: Double
    package var gflops: Double
    package var gigabytesPerSecond: Double
    /// Of the multiply-add peak measured between the kernel's own runs, as a processor's clock
    /// changes from one second to the next: a median, too. Nil where the peak is not known, and
    /// for kernels that only move floats.
    package var shareOfPeak: Double?
    /// Of the bandwidth measured in the same run: the second-level cache's for operands that lie
    /// there together, the main memory's for larger ones.
    package var shareOfBandwidth: Double?

    package init(
      kernel: String, shape: String, milliseconds: Double, gflops: Double,
      gigabytesPerSecond: Double, shareOfPeak: Double?, shareOfBandwidth: Double?
    ) {
      self.kernel = kernel
      self.shape = shape
      self.milliseconds = milliseconds
      self.gflops = gflops
      self.gigabytesPerSecond = gigabytesPerSecond
      self.shareOfPeak = shareOfPeak
      self.shareOfBandwidth = shareOfBandwidth
    }
  }

  /// What the cases of a family of kernels come to, `pointwise` for one.
  package struct Summary: Sendable, Encodable {
    package var kernels: String
    package var cases: Int
    /// Of the shares of the multiply-add peak.
    package var medianShareOfPeak: Double
    package var leastShareOfPeak: Double
  }

  /// Operands together that count as lying in the second-level cache, in bytes.
  private static let cacheBytes = 512 * 1024
  private static let memoryBytes = 128 * 1024 * 1024

  /// Runs every case whose kernel and shape, `pointwise.forward 784x40x240` for one, contain
  /// `filter`, each for at least `millisecondsPerCase` and five times.
  ///
  /// - Parameter now: seconds of a monotonic clock.
  package static func run(
    set: KernelSet = .current, filter: String = "", millisecondsPerCase: Double = 50,
    now: () -> Double
  ) -> [Row] {
    let cacheBandwidth = measureBandwidth(set, bytes: cacheBytes, now: now)
    let memoryBandwidth = measureBandwidth(set, bytes: memoryBytes, now: now)
    var rows: [Row] = []
    for kernel in KernelRegistry.kernels {
      for kernelCase in kernel.benchmarks
      where filter.isEmpty || "\(kernel.name) \(kernelCase.name)".contains(filter) {
        let call = kernelCase.prepare(set)
        let (seconds, shareOfPeak) = measure(
          call, set, atLeast: millisecondsPerCase / 1000, now: now)
        let gflops = Double(call.floatingPointOperations) / seconds / 1e9
        let gigabytesPerSecond = Double(call.bytes) / seconds / 1e9
        let bandwidth = call.bytes <= cacheBytes ? cacheBandwidth : memoryBandwidth
        rows.append(
          Row(
            kernel: kernel.name, shape: kernelCase.name, milliseconds: seconds * 1000,
            gflops: gflops, gigabytesPerSecond: gigabytesPerSecond,
            shareOfPeak: shareOfPeak,
            shareOfBandwidth: bandwidth.map { gigabytesPerSecond / $0 }))
      }
    }
    return rows
  }

  /// Of each family that `families` names, in this order; none of one without shares.
  package static func summaries(_ rows: [Row], of families: [String]) -> [Summary] {
    families.compactMap { family in
      let shares = rows.filter { $0.kernel == family || $0.kernel.hasPrefix("\(family).") }
        .compactMap(\.shareOfPeak).sorted()
      guard let least = shares.first else { return nil }
      let (lower, upper) = (shares[(shares.count - 1) / 2], shares[shares.count / 2])
      return Summary(
        kernels: family, cases: shares.count, medianShareOfPeak: (lower + upper) / 2,
        leastShareOfPeak: least)
    }
  }

  /// The best GFLOP/s of independent multiply-adds in registers, one thread, over a few short
  /// runs; nil for the reference, which has no vectors.
  package static func measureFMAPeak(_ set: KernelSet, now: () -> Double) -> Double? {
    (0..<5).compactMap { _ in measureMultiplyAdds(set, iterations: 500_000, now: now) }.max()
  }

  /// The GFLOP/s of one run.
  private static func measureMultiplyAdds(
    _ set: KernelSet, iterations: Int, now: () -> Double
  ) -> Double? {
    let chains: (Int, Output) -> Int
    switch set.instructionSet {
    case .reference: return nil
    case .baseline: chains = KernelsBaseline.runMultiplyAddChains
    #if arch(x86_64)
      case .avx2: chains = KernelsAVX2.runMultiplyAddChains
      case .avx512: chains = KernelsAVX512.runMultiplyAddChains
    #else
      case .avx2, .avx512: return nil
    #endif
    }
    var sink: Float = 1
    let start = now()
    let operations = chains(iterations, &sink)
    return Double(operations) / max(now() - start, 1e-9) / 1e9
  }

  /// The best GB/s, read and written, of a copy whose source and destination have `bytes`
  /// together; nil for the reference.
  package static func measureBandwidth(
    _ set: KernelSet, bytes: Int, now: () -> Double
  ) -> Double? {
    let copies: (Int, Int, Input, Output) -> Int
    switch set.instructionSet {
    case .reference: return nil
    case .baseline: copies = KernelsBaseline.runCopies
    #if arch(x86_64)
      case .avx2: copies = KernelsAVX2.runCopies
      case .avx512: copies = KernelsAVX512.runCopies
    #else
      case .avx2, .avx512: return nil
    #endif
    }
    let count = bytes / 2 / MemoryLayout<Float>.stride
    let source = KernelBuffer.zeros(count)
    let destination = KernelBuffer.zeros(count)
    let repetitions = max(1, 8 * 1024 * 1024 / bytes)
    var best = 0.0
    for _ in 0..<5 {
      let start = now()
      let moved = copies(count, repetitions, source.pointer, destination.pointer)
      best = max(best, Double(moved) / (now() - start) / 1e9)
    }
    return best
  }

  /// The medians of a call's seconds and of its share of the peak. Small cases are repeated within
  /// a measurement, so that the clock's grain does not show; the peak of one is the higher of those
  /// before and behind it.
  private static func measure(
    _ call: KernelRun, _ set: KernelSet, atLeast total: Double, now: () -> Double
  ) -> (seconds: Double, shareOfPeak: Double?) {
    func time(_ repetitions: Int) -> Double {
      let start = now()
      for _ in 0..<repetitions { call.run() }
      return max(now() - start, 1e-9)
    }
    // A fraction of a millisecond; twice, as the first may find the wide units asleep.
    func peak() -> Double? {
      (0..<2).compactMap { _ in measureMultiplyAdds(set, iterations: 50_000, now: now) }.max()
    }
    let repetitions = Int((0.001 / max(time(1), 1e-7)).rounded(.up))
    let operations = Double(call.floatingPointOperations * repetitions)
    var seconds: [Double] = []
    var shares: [Double] = []
    var spent = 0.0
    var peakBefore = peak()
    while seconds.count < 5 || (spent < total && seconds.count < 1000) {
      let elapsed = time(repetitions)
      let peakBehind = peak()
      spent += elapsed
      seconds.append(elapsed / Double(repetitions))
      if let peakBefore, let peakBehind, operations > 0 {
        shares.append(operations / elapsed / 1e9 / max(peakBefore, peakBehind))
      }
      peakBefore = peakBehind
    }
    let middle = seconds.count / 2
    return (seconds.sorted()[middle], shares.isEmpty ? nil : shares.sorted()[middle])
  }
}
