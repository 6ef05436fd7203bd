import Architectures
import Search
import Testing

@testable import Reports

@Suite struct LayerProfileTests {
  private let graph: NetworkGraph

  init() throws {
    let genome = try Genome(blockNotation: "stem8_s1 r1_k3.5_s1_e2_o8_se0.5 head16")
    graph = try genome.graph(
      name: "small", input: TensorShape(height: 8, width: 8, channels: 3), classes: 4)
  }

  private func profile(backward: Double? = nil) -> LayerProfile {
    LayerProfile(
      graph: graph, batch: 2,
      times: [
        (["stem.convolution"], 1, backward), (["blocks.0.expand.convolution"], 2, backward),
        (["blocks.0.depthwise.convolution"], 6, backward),
        (["blocks.0.squeeze-excitation.reduce"], 0.5, backward),
        (["blocks.0.project.convolution"], 2, backward), (["loss"], 0.5, backward),
      ])
  }

  @Test func aLayerOfSeveralConvolutionsCountsAsAll() throws {
    let names = [
      "blocks.0.expand.convolution", "blocks.0.expand.normalization",
      "blocks.0.depthwise.convolution",
    ]
    let layer = LayerProfile(graph: graph, batch: 1, times: [(names, 1, nil)]).layers[0]
    #expect(layer.name == names[0] && layer.kind == "pointwise + depthwise")
    let nodes = try names.map { try #require(graph.node(named: $0)) }
    let multiplyAdds = nodes.reduce(0) { $0 + graph.multiplyAdds(of: $1) }
    #expect(layer.gflops == Double(2 * multiplyAdds) / 1e6)
  }

  @Test func aLayerCountsEveryKindOnce() {
    let names = ["pool", "reduce", "expand"].map { "blocks.0.squeeze-excitation." + $0 }
    let layer = LayerProfile(
      graph: graph, batch: 1, times: [(names + ["blocks.0.project.convolution"], 1, nil)]
    ).layers[0]
    #expect(layer.kind == "squeeze-excitation + pointwise")
  }

  @Test func sumsByKindTheLongestFirst() {
    let kinds = profile().kinds
    #expect(
      kinds.map(\.kind) == ["depthwise", "pointwise", "stem", "loss", "squeeze-excitation"])
    #expect(kinds.map(\.milliseconds) == [6, 4, 1, 0.5, 0.5])
    #expect(kinds[1].layers == 2)
    // Five roundings of a sum of 1.
    #expect(abs(kinds.map(\.share).reduce(0, +) - 1) < 1e-12)
  }

  @Test func ratesCountTheBackwardPassTwice() throws {
    let node = try #require(graph.node(named: "blocks.0.depthwise.convolution"))
    let operations = Double(2 * 2 * graph.multiplyAdds(of: node))
    #expect(profile().layers[2].gflops == operations / 6 / 1e6)
    #expect(profile(backward: 3).layers[2].gflops == 3 * operations / 9 / 1e6)
  }

  @Test func showsTheSlowestLayersOrAll() {
    let layers = (0..<20).map { (["layer-\($0)"], Double($0), nil as Double?) }
    let profile = LayerProfile(graph: graph, batch: 1, times: layers)
    #expect(profile.rendered().contains("slowest layers"))
    #expect(profile.layers.count == 20)
    let short = profile.rendered().split(separator: "\n").count
    #expect(profile.rendered(allLayers: true).split(separator: "\n").count == short + 8)
  }
}

@Suite struct NetworkBenchReportTests {
  private func row(
    _ work: String, batch: Int, milliseconds: Double
  ) throws -> NetworkBenchReport.Row {
    let genome = try Genome(blockNotation: "stem8_s1 r1_k3_s1_e2_o8 head16")
    let graph = try genome.graph(
      name: "small", input: TensorShape(height: 8, width: 8, channels: 3), classes: 4)
    return NetworkBenchReport.Row(
      graph: graph, work: work, batch: batch, operationsPerMultiplyAdd: 2,
      time: LatencyMeasurement(
        medianMilliseconds: milliseconds, lowMilliseconds: milliseconds,
        highMilliseconds: milliseconds, samples: 5, threads: 2),
      peakGflops: 100, memoryBytes: 1_234_567, profile: nil)
  }

  @Test func ratiosAreToTheFirstAtTheSameWorkAndPerImage() throws {
    let report = NetworkBenchReport(
      host: .init(processor: "CPU", instructionSet: "avx2", peakGflops: 100),
      residentPeakBytes: 5_000_000,
      rows: [
        try row("inference", batch: 1, milliseconds: 2),
        try row("inference", batch: 2, milliseconds: 2),
        try row("training", batch: 4, milliseconds: 50),
      ])
    let lines = report.rendered().split(separator: "\n")
    let cells = lines.filter { $0.hasPrefix("small") }.map {
      $0.split(separator: " ").map(String.init)
    }
    // Behind name, work, batch, threads, median with its unit, interval, and runs.
    #expect(cells.map { $0[10] } == ["1.00", "0.50", "1.00"])
    #expect(report.rendered().contains("1.23 MB"))
    #expect(report.rendered().contains("peak memory of the process: 5.00 MB"))
  }

  @Test func shareOfPeakIsThatOfAllThreads() throws {
    let row = try row("inference", batch: 1, milliseconds: 2)
    #expect(row.shareOfPeak == row.gflops / 200)
    #expect(row.imagesPerSecond == 500)
  }
}
