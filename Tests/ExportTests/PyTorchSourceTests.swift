import Architectures
import Testing
import WeightFiles

@testable import Export

@Suite struct PyTorchSourceTests {
  /// The whole file of a small network, as a reader gets it.
  @Test func readsLikeWrittenByHand() throws {
    let genome = try Genome(
      blockNotation: "stem8_k3_s2 r1_k3.5_s1_e3_o8_se0.25_sw r1_k3_s2_e1_o12 head16_d0.2")
    let file = ArchitectureFile(
      name: "tiny", input: TensorShape(height: 16, width: 16, channels: 3), classes: 5,
      genome: genome)
    let network = try SampleNetworks.network(
      graph: file.graph(), NetworkMetadata(architecture: .genome(file)), seed: 1)
    let source = try network.pyTorchSource(weightsFile: "tiny.safetensors")
    for part in [
      """
      class SqueezeExcitation(nn.Module):
          def __init__(self, pool, reduce, activation, expand, gate):
      """,
      """
          def forward(self, x):
              y = self.pool(x)
              y = self.reduce(y)
              y = self.activation(y)
              y = self.expand(y)
              y = self.gate(y)
              return x * y
      """,
      """
          def forward(self, x):
              y = self.expand(x)
              y = self.depthwise(y)
              y = self.squeeze_excitation(y)
              y = self.project(y)
              return y + x
      """,
      """
      def batch_norm(channels):
          return nn.BatchNorm2d(channels, eps=0.001, momentum=0.01)
      """,
      """
              self.stem = layers(
                  convolution=SameConv2d(3, 8, 3, stride=2, bias=False),
                  normalization=batch_norm(8),
                  activation=nn.ReLU(),
              )
      """,
      """
              x = self.stem(x)
              x = self.blocks(x)
              x = self.head(x)
              return self.classifier(x).flatten(1)
      """,
      "nn.Conv2d(12, 12, 5, padding=2, groups=12, bias=False)",
      "class Tiny(nn.Module):",
    ] {
      #expect(source.contains(part), "\(part)\n--- is not in\n\(source)")
    }
    #expect(source.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(!source.contains("class SameMaxPool2d"), "only what is needed")
  }

  /// A section that two values leave can't be a module with one result.
  @Test func sectionsWithSeveralResultsAreRunFromAround() throws {
    let source = try SampleNetworks.operations().pyTorchSource(weightsFile: "w.safetensors")
    #expect(source.contains("self.branch = "))
    #expect(source.contains("class Mix(nn.Module):"))
    #expect(source.contains("Dense(9, classes)"))
  }

  @Test(arguments: ["none", "true", "f", "ordered-dict", "WEIGHTS", "MEAN"])
  func theNetworkIsCalledAsNothingElse(_ name: String) throws {
    let file = ArchitectureFile(
      name: name, input: TensorShape(height: 8, width: 8, channels: 3), classes: 2,
      genome: try Genome(blockNotation: "stem8_k3_s2 r1_k3_s1_e1_o8 head8"))
    let network = try SampleNetworks.network(
      graph: file.graph(), NetworkMetadata(architecture: .genome(file)), seed: 1)
    let source = try network.pyTorchSource(weightsFile: "w.safetensors")
    let own = try #require(Python.className(name))
    #expect(source.contains("class \(own)Network(nn.Module):"))
  }

  @Test func namesThatPythonCanNotHaveAreRefused() throws {
    func root(_ names: String...) throws -> ModuleTree.Section {
      var builder = GraphBuilder(
        name: "names", input: TensorShape(height: 2, width: 2, channels: 2))
      var x = builder.input
      for name in names { x = try builder.add(.activation(.relu), named: name, [x]) }
      return try ModuleTree.root(of: builder.graph())
    }
    #expect(throws: ExportError.nameIsPath("a")) { try root("a", "a.b") }
    #expect(throws: ExportError.equalNames("a_b")) { try root("a-b", "a_b") }
    #expect(try root("a.b", "a.c").children.count == 1)
  }
}
