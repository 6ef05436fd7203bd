import Architectures
import Search
import Testing

@testable import Reports

@Suite struct NetworkComparisonTests {
  private func latency(_ median: Double) -> LatencyMeasurement {
    LatencyMeasurement(
      medianMilliseconds: median, lowMilliseconds: median - 0.1, highMilliseconds: median + 0.2,
      samples: 7, threads: 2)
  }

  private func graphs() throws -> [NetworkGraph] {
    try ["mobilenet-v1", "shufflenet-v1-g3"].map { name in
      try #require(ReferenceNetwork(named: name)).graph()
    }
  }

  @Test func ratiosAreToTheFirst() throws {
    let comparison = NetworkComparison(
      instructionSet: "avx2", try graphs(), latencies: [latency(4), latency(3)])
    #expect(comparison.networks.map(\.latencyRatio) == [1, 0.75])
    let report = LatencyReport(
      instructionSet: "avx2", zip(try graphs(), [latency(4), latency(3)]).map { ($0, $1, nil) })
    #expect(report.rendered.contains("2.900 – 3.200     7   0.75"))
    #expect(report.rendered.hasPrefix("avx2, 2 threads, batch 1\n"))
    #expect(!report.rendered.contains("in the search"))
  }

  /// A latency on another number of threads says nothing about this one.
  @Test func whatASearchRecordedStandsBeside() throws {
    let graphs = try graphs()
    var other = latency(7)
    other.threads = 1
    let table = LatencyReport(
      instructionSet: "avx2", [(graphs[0], latency(4), latency(5)), (graphs[1], latency(3), other)]
    ).rendered.split(separator: "\n").map(String.init)
    #expect(table[1].hasSuffix("in the search"))
    #expect(table[3].hasSuffix("5.00 ms"))
    #expect(table[4].hasSuffix("–"))
  }

  @Test func theTableHasARowForEveryKindOfAny() throws {
    let with = NetworkComparison(
      instructionSet: "avx2", try graphs(), latencies: [latency(4), latency(3)]
    ).rendered.split(separator: "\n").map(String.init)
    func row(_ title: String) -> String? {
      with.first { $0.drop { $0 == " " }.hasPrefix(title) }
    }
    #expect(try #require(row("parameters")).hasSuffix("4,231,976         1,865,728"))
    #expect(try #require(row("ratio")).hasSuffix("1.00              0.75"))
    #expect(try #require(row("pointwise  ")).hasSuffix("94.86 %                 –"))
    #expect(try #require(row("pointwise-expand")).contains("–"))
    #expect(with.last == "latency on avx2, 2 threads, batch 1")
  }

  @Test func latencyCanBeLeftOut() throws {
    let comparison = NetworkComparison(instructionSet: "avx2", try graphs(), latencies: nil)
    #expect(comparison.networks.allSatisfy { $0.latency == nil && $0.latencyRatio == nil })
    #expect(!comparison.rendered.contains("latency"))
    #expect(!comparison.rendered.contains("ratio"))
  }
}
