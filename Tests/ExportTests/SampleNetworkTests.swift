import Architectures
import Testing
import WeightFiles

@testable import Export

/// The samples are worth comparing only if they hold everything that a genome can.
@Suite struct SampleNetworkTests {
  @Test func everyGeneOccurs() throws {
    let networks = try SampleNetworks.genomes()
    let genomes = networks.compactMap { network -> Genome? in
      guard case .genome(let file) = network.metadata.architecture else { return nil }
      return file.genome
    }
    let blocks = genomes.flatMap(\.blocks)
    #expect(Set(blocks.map(\.split)) == Set(ChannelSplit.allCases))
    #expect(blocks.contains { $0.isDilated && $0.stride == 1 && $0.kernels.contains(7) })
    #expect(Set(blocks.map(\.expandGroups)).count > 2)
    #expect(Set(blocks.map(\.projectGroups)).count > 2)
    #expect(Set(blocks.map { $0.squeezeExcitationRatio > 0 }).count == 2)
    #expect(Set(blocks.map(\.activation)) == Set(Activation.allCases))
    #expect(blocks.contains { $0.stride == 2 && $0.kernels.count > 2 })
    #expect(blocks.contains { $0.expansion == 1 } && blocks.contains { $0.expansion > 1 })
    #expect(Set(genomes.map(\.stem.stride)) == [1, 2])
    #expect(genomes.contains { $0.head.dropout > 0 })
    let nodes = networks.flatMap(\.graph.nodes)
    #expect(nodes.contains { $0.operation == .add })
    #expect(
      networks.contains { network in
        network.graph.nodes.indices.contains {
          guard case .convolution(let convolution) = network.graph.nodes[$0].operation
          else { return false }
          let channels = network.graph.inputShapes(of: $0)[0].channels
          return convolution.storedParts(inputChannels: channels).count > 1
        }
      }, "groups that do not divide the channels")
    #expect(Set(networks.map { $0.graph.input.height % 2 }) == [0, 1])
  }
}
