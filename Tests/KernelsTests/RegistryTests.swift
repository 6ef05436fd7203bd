import Kernels
import Testing

/// Every instruction set that this CPU runs against the plain twin, on every remainder case.
@Suite struct RegistryTests {
  static let sets = KernelSet.available.filter { $0.instructionSet != .reference }

  @Test(arguments: KernelRegistry.kernels.map(\.name), sets.map(\.instructionSet))
  func matchesReference(name: String, instructionSet: InstructionSet) throws {
    let kernel = try #require(KernelRegistry.kernels.first { $0.name == name })
    let set = try #require(KernelSet.named(instructionSet))
    for kernelCase in kernel.remainders {
      let expected = results(kernelCase, .reference)
      let run = kernelCase.prepareUnaligned(set)
      run.run()
      #expect(run.staysInBounds, "\(kernelCase.name) wrote outside")
      for (index, (result, expected)) in zip(run.results, expected).enumerated() {
        let actual = result.values()
        try #require(actual.count == expected.count)
        let largest = expected.reduce(0) { max($0, abs($1)) }
        let bound = largest * tolerance(terms: result.terms)
        // Written so that a NaN counts as wrong.
        let wrong = actual.indices.first { !(abs(actual[$0] - expected[$0]) <= bound) }
        if let wrong {
          Issue.record(
            """
            \(kernelCase.name): element \(wrong) of result \(index) is \(actual[wrong]), not \
            \(expected[wrong])
            """)
        }
      }
    }
  }

  /// Relative to the largest value of a result: a few roundings, and errors of random sign that
  /// grow with the square root of the number of terms.
  private func tolerance(terms: Int) -> Float {
    terms == 0 ? 0 : Float.ulpOfOne * (4 + 2 * Float(terms).squareRoot())
  }

  private func results(_ kernelCase: KernelCase, _ set: KernelSet) -> [[Float]] {
    let run = kernelCase.prepare(set)
    run.run()
    return run.results.map { $0.values() }
  }

  @Test(arguments: KernelSet.available.map(\.instructionSet))
  func sameBitsTwice(instructionSet: InstructionSet) throws {
    let set = try #require(KernelSet.named(instructionSet))
    for kernel in KernelRegistry.kernels {
      for kernelCase in kernel.remainders {
        let first = results(kernelCase, set).joined().map(\.bitPattern)
        let second = results(kernelCase, set).joined().map(\.bitPattern)
        #expect(first == second, "\(kernel.name), \(kernelCase.name)")
      }
    }
  }

  /// One that is forgotten would be tested nowhere.
  @Test func everyKernelHasARow() {
    let names = Set(KernelRegistry.kernels.map(\.name))
    var kernels = 0
    for family in Mirror(reflecting: KernelSet.reference).children {
      for kernel in Mirror(reflecting: family.value).children {
        let name = "\(family.label ?? "").\(kernel.label ?? "")"
        // These are no kernels, but say what two of them need.
        if name.hasSuffix("Count") { continue }
        #expect(names.contains(name), "\(name)")
        kernels += 1
      }
    }
    #expect(kernels > 20)
  }

  @Test func namesAreUnique() {
    let names = KernelRegistry.kernels.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test func benchmarkReportsEveryCase() throws {
    let set = try #require(KernelSet.named(.baseline))
    // A clock that ticks a millisecond a look.
    var time = 0.0
    let rows = KernelBenchmark.run(set: set, filter: "patches", millisecondsPerCase: 0) {
      time += 0.001
      return time
    }
    #expect(
      rows.map(\.kernel) == Array(repeating: "patches.gather", count: 2)
        + Array(
          repeating: "patches.scatter", count: 2))
    #expect(rows.allSatisfy { $0.milliseconds > 0 && $0.gigabytesPerSecond > 0 })
    #expect(rows.allSatisfy { $0.shareOfBandwidth != nil })
    // Gathering moves floats and computes nothing.
    #expect(rows.map { $0.shareOfPeak != nil } == [false, false, true, true])
    #expect(rows.map { $0.gflops > 0 } == [false, false, true, true])
  }

  @Test func summaryIsOfTheSharesOfAFamily() {
    func row(_ name: String, _ share: Double?) -> KernelBenchmark.Row {
      KernelBenchmark.Row(
        kernel: name, shape: "", milliseconds: 1, gflops: 1, gigabytesPerSecond: 1,
        shareOfPeak: share, shareOfBandwidth: nil)
    }
    let rows = [
      row("a.x", 0.5), row("a.y", 0.75), row("a.x", 0.25), row("ab", 1), row("a.y", 1),
      row("b", nil),
    ]
    let summaries = KernelBenchmark.summaries(rows, of: ["a", "a.x", "b", "c", "ab"])
    #expect(summaries.map(\.kernels) == ["a", "a.x", "ab"])
    #expect(summaries.map(\.cases) == [4, 2, 1])
    #expect(summaries.map(\.medianShareOfPeak) == [0.625, 0.375, 1])
    #expect(summaries.map(\.leastShareOfPeak) == [0.25, 0.25, 1])
  }
}
