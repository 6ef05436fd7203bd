import Architectures
import Foundation
import Testing
import WeightFiles

@testable import Export

@Suite struct ONNXTests {
  private let network: ExportedNetwork

  init() throws { network = try SampleNetworks.operations() }

  @Test func saysWhatItIs() throws {
    let model = try network.onnxModel(ONNXOptions(batch: .symbolic))
    #expect(model.producerName == "mixnas")
    #expect(model.opsetImport.map(\.version) == [17])
    #expect(model.irVersion == 8)
    let texts = Dictionary(uniqueKeysWithValues: model.metadataProps.map { ($0.key, $0.value) })
    #expect(texts == (try network.texts()))
    #expect(texts["mixnas.weights"] == network.weights.digest)
    #expect(model.graph.input.map(\.name) == ["image"])
    #expect(model.graph.output.map(\.name) == ["logits"])
    let shape = model.graph.input[0].type.tensorType.shape.dim
    #expect(shape[0].dimParam == "batch")
    #expect(shape.dropFirst().map(\.dimValue) == [4, 15, 20])
    let fixed = try network.onnxModel(ONNXOptions(batch: .fixed(8)))
    #expect(fixed.graph.input[0].type.tensorType.shape.dim[0].dimValue == 8)
  }

  /// Every value is made once, before it is read.
  @Test(arguments: ONNXOptions.MixedDepthwise.allCases, [false, true])
  func valuesAreMadeBeforeTheyAreRead(
    _ mixed: ONNXOptions.MixedDepthwise, keepsTraining: Bool
  ) throws {
    for network in try SampleNetworks.genomes() + [network] {
      let graph = try network.onnxModel(
        ONNXOptions(mixedDepthwise: mixed, keepsTraining: keepsTraining)
      ).graph
      var known: Set<String> = ["image"]
      for tensor in graph.initializer {
        #expect(known.insert(tensor.name).inserted, "\(tensor.name)")
        let size = tensor.dataType == 7 ? 8 : 4
        #expect(tensor.rawData.count == size * tensor.dims.reduce(1) { $0 * Int($1) })
      }
      for node in graph.node {
        for input in node.input { #expect(known.contains(input), "\(node.name): \(input)") }
        for output in node.output { #expect(known.insert(output).inserted, "\(output)") }
      }
      #expect(known.contains("logits"))
    }
  }

  @Test func formsFollowTheOptions() throws {
    func operations(_ options: ONNXOptions) throws -> [String] {
      try network.onnxModel(options).graph.node.map(\.opType)
    }
    let split = try operations(ONNXOptions())
    #expect(split.count { $0 == "BatchNormalization" } == 1, "one has nothing to be folded into")
    #expect(split.count { $0 == "Split" } == 2, "the mixed and the uneven convolution")
    #expect(!split.contains("Dropout"))
    let merged = try operations(ONNXOptions(mixedDepthwise: .merged, keepsTraining: true))
    #expect(merged.count { $0 == "BatchNormalization" } == 2)
    #expect(merged.count { $0 == "Split" } == 1)
    #expect(merged.contains("Dropout"))
  }

  /// Kernels 1, 7 and 3 (dilation 2) around one centre: the largest extent is 7.
  @Test func mergedKernelsLieAmidZeros() throws {
    let windows = [(1, 1), (7, 1), (3, 2)].map { kernel, dilation in
      let zeros = (kernel - 1) * dilation / 2
      return Window(
        inputs: 1, groups: 1, kernel: Extent(kernel), stride: Extent(1),
        dilation: Extent(dilation),
        padding: EdgePadding(top: zeros, left: zeros, bottom: zeros, right: zeros))
    }
    let merged = MergedWindow(
      windows, image: Extent(9), output: TensorShape(height: 9, width: 9, channels: 3))
    #expect(merged.window.kernel == Extent(7))
    #expect(merged.window.padding == EdgePadding(top: 3, left: 3, bottom: 3, right: 3))
    let kernels: [[Float]] = [
      [5], (1...49).map(Float.init), (1...9).map(Float.init),
    ]
    let values = merged.embedding(kernels)
    #expect(values[3 * 7 + 3] == 5)
    #expect(values[0..<49].count { $0 != 0 } == 1)
    #expect(Array(values[49..<98]) == kernels[1])
    #expect(values[98 + 1 * 7 + 1] == 1)
    #expect(values[98 + 3 * 7 + 3] == 5)
    #expect(values[98 + 5 * 7 + 5] == 9)
    #expect(values[98...].count { $0 != 0 } == 9)
  }

  /// 6 pixels in stride 2: a 3×3 kernel sees one zero, behind; a 7×7 kernel two before, three
  /// behind.
  @Test func unevenPaddingsAreMergedWhereTheyMeet() throws {
    let depthwise = MixedDepthwise(
      groups: [.init(kernel: 3, channels: 1), .init(kernel: 7, channels: 1)], stride: 2)
    let image = TensorShape(height: 6, width: 6, channels: 2)
    let windows = zip(depthwise.groups, depthwise.resolvedPaddings(for: image)).map {
      Window(
        inputs: 1, groups: 1, kernel: Extent($0.kernel), stride: Extent(2),
        dilation: Extent(1), padding: $1)
    }
    let merged = MergedWindow(
      windows, image: image.extent, output: TensorShape(height: 3, width: 3, channels: 2))
    #expect(merged.window.kernel == Extent(7))
    #expect(merged.window.padding == EdgePadding(top: 2, left: 2, bottom: 3, right: 3))
    let values = merged.embedding([
      Array(repeating: 1, count: 9), Array(repeating: 1, count: 49),
    ])
    #expect(values[2 * 7 + 2] == 1)
    #expect(values[4 * 7 + 4] == 1)
    #expect(values[0..<49].count { $0 != 0 } == 9)
  }
}
