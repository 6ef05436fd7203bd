import Architectures
import Foundation
import SwiftProtobuf
import WeightFiles

extension ExportedNetwork {
  /// The network as an ONNX file: input `image`, float `[batch, channels, height, width]`,
  /// normalised as the metadata says; output `logits`, `[batch, classes]`.
  ///
  /// - Throws: `ExportError.tooLarge`, or `readBack`: the bytes are parsed again and compared.
  package func onnx(_ options: ONNXOptions = ONNXOptions(), file: String = "ONNX") throws -> Data {
    let bytes = 4 * weights.count
    guard bytes <= Self.onnxLimit else { throw ExportError.tooLarge(file: file, bytes: bytes) }
    let model = try onnxModel(options)
    // Merged, kernels are as large as the largest.
    let written = model.graph.initializer.reduce(0) { $0 + $1.rawData.count }
    guard written <= Self.onnxLimit else {
      throw ExportError.tooLarge(file: file, bytes: written)
    }
    let data: Data = try model.serializedBytes()
    let again = try? Onnx_ModelProto(serializedBytes: data)
    guard again == model else {
      throw ExportError.readBack(file: file, problem: "the parsed model differs")
    }
    return data
  }

  /// Bytes of weights: protocol buffers end at 2 GiB, and the graph takes some, too.
  private static let onnxLimit = 2_000_000_000

  func onnxModel(_ options: ONNXOptions) throws -> Onnx_ModelProto {
    var builder = ONNXBuilder(self, options: options)
    for node in graph.nodes.indices { builder.add(node) }
    builder.finish()

    var model = Onnx_ModelProto()
    model.irVersion = Int64(ONNXFormat.irVersion)
    model.producerName = "mixnas"
    model.producerVersion = version
    model.docString = "\(graph.name), made by mixnas \(version)"
    var operators = Onnx_OperatorSetIdProto()
    operators.version = Int64(ONNXFormat.operatorSet)
    model.opsetImport = [operators]
    model.metadataProps = try texts().sorted { $0.key < $1.key }
      .map { key, value in
        var entry = Onnx_StringStringEntryProto()
        entry.key = key
        entry.value = value
        return entry
      }
    model.graph = builder.graph
    return model
  }
}

extension ONNXOptions.Batch {
  /// An axis of images.
  var dimension: Onnx_TensorShapeProto.Dimension {
    var dimension = Onnx_TensorShapeProto.Dimension()
    switch self {
    case .fixed(let images): dimension.dimValue = Int64(images)
    case .symbolic: dimension.dimParam = ONNXFormat.symbolicBatch
    }
    return dimension
  }
}

extension Onnx_ValueInfoProto {
  /// A float tensor whose first axis is the batch.
  init(name: String, batch: ONNXOptions.Batch, sides: [Int]) {
    self.init()
    self.name = name
    var tensor = Onnx_TypeProto.Tensor()
    tensor.elemType = Int32(Onnx_TensorProto.DataType.float.rawValue)
    tensor.shape.dim =
      [batch.dimension]
      + sides.map {
        var dimension = Onnx_TensorShapeProto.Dimension()
        dimension.dimValue = Int64($0)
        return dimension
      }
    type.tensorType = tensor
  }
}
