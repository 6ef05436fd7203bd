import Architectures
import Engine
import Foundation
import Randomness

/// Networks and folders that the tests of weight files use.
enum Samples {
  /// Holds mixed kernels, uneven groups, squeeze-and-excitation and biases.
  static let genome: Genome = {
    do {
      return try Genome(
        blockNotation: "stem8_k3_s2 r1_k3.5_s1_e3_o12_a1.1_se0.25_sw r1_k3_s2_e1_o12 head16_d0.2")
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  static let file = ArchitectureFile(
    name: "sample", input: TensorShape(height: 16, width: 16, channels: 3), classes: 5,
    genome: genome)

  static func graph() throws -> NetworkGraph { try file.graph() }

  /// Every tensor random, the variances positive.
  static func weights(_ graph: NetworkGraph, seed: UInt64 = 1) -> NetworkWeights {
    var weights = NetworkWeights(graph: graph, random: RandomStream(seed: seed))
    for (index, tensor) in weights.tensors.enumerated() where tensor.role != .weight {
      var stream = RandomStream(seed: seed).substream(tensor.name)
      weights.replace(
        index,
        with: (0..<tensor.count).map { _ in
          tensor.role == .runningVariance ? stream.uniform() + 0.5 : stream.normal()
        })
    }
    return weights
  }

  /// Runs `body` with a folder that is removed afterwards.
  static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mixnas-weights-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }
}
