import Files
import Foundation

/// The tensors and texts of a safetensors file (https://github.com/huggingface/safetensors).
///
///     let file = SafetensorsFile(
///       tensors: [.init(name: "dense.bias", shape: [10], values: bias)],
///       metadata: ["format": "pt"])
///     let again = try SafetensorsFile(data: file.serialized(), file: "weights.safetensors")
///
/// The file is the length of its header (8 bytes, little-endian), the header as JSON, and the
/// values of all tensors without gaps. Floats keep every bit in both directions.
package struct SafetensorsFile: Sendable, Equatable {
  /// A tensor of 32-bit floats.
  package struct Tensor: Sendable, Equatable {
    package var name: String
    /// Empty for a scalar.
    package var shape: [Int]
    /// Row-major; as many as the product of the shape.
    package var values: [Float]

    package init(name: String, shape: [Int], values: [Float]) {
      precondition(values.count == shape.reduce(1, *), "\(name): \(values.count) of \(shape)")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// A tensor of another element type. Its place in the file was checked, its values are not
  /// kept.
  package struct OtherTensor: Sendable, Hashable {
    package var name: String
    package var elementType: String
  }

  /// In the order in which their values lie in the file.
  package var tensors: [Tensor]
  /// Tensors that are no 32-bit floats; only a file that was read has any.
  package private(set) var otherTensors: [OtherTensor] = []
  package var metadata: [String: String]

  package init(tensors: [Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a whole file.
  package init(path: String) throws(SafetensorsError) {
    let data: Data
    do {
      data = try WholeFile.read(path)
    } catch {
      throw SafetensorsError(file: path, reason: .unreadable(error.reason))
    }
    try self.init(data: data, file: path)
  }

  /// - Parameter file: named in errors.
  package init(data: Data, file: String) throws(SafetensorsError) {
    do {
      let header = try SafetensorsHeader(data)
      metadata = header.metadata
      tensors = []
      for entry in header.entries {
        guard entry.elementType == .float32 else {
          otherTensors.append(.init(name: entry.name, elementType: entry.elementType.rawValue))
          continue
        }
        let start = header.valuesStart + entry.range.lowerBound
        tensors.append(
          Tensor(
            name: entry.name, shape: entry.shape,
            values: Self.floats(in: data, at: start, count: entry.range.count / 4)))
      }
    } catch {
      throw SafetensorsError(file: file, reason: error)
    }
  }

  /// The tensors whose names don't begin with the prefix.
  package func tensors(notUnder prefix: String) -> [Tensor] {
    tensors.filter { !$0.name.hasPrefix(prefix) }
  }

  /// The file's bytes: the same for the same tensors in the same order and the same metadata.
  package func serialized() throws -> Data {
    let header = try SafetensorsHeader.serialized(tensors: tensors, metadata: metadata)
    var data = Data(capacity: header.count + 4 * tensors.reduce(0) { $0 + $1.values.count })
    data.append(header)
    for tensor in tensors {
      #if _endian(little)
        tensor.values.withUnsafeBytes { data.append(contentsOf: $0) }
      #else
        for value in tensor.values {
          withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
      #endif
    }
    return data
  }

  private static func floats(in data: Data, at start: Int, count: Int) -> [Float] {
    data.withUnsafeBytes { bytes in
      (0..<count).map {
        let pattern = bytes.loadUnaligned(fromByteOffset: start + 4 * $0, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: pattern))
      }
    }
  }
}
