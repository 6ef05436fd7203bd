import CZlib
import Foundation

@testable import Datasets

/// A folder of data files that goes away with the value that holds it.
final class DatasetFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("mixnas-datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try FileManager.default.createDirectory(
      at: url(name).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url(name))
  }

  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(name))) }

  func remove(_ name: String) throws { try FileManager.default.removeItem(at: url(name)) }

  func load(_ kind: DatasetKind) throws -> DatasetPair {
    try DatasetSource(kind: kind, directory: path).load()
  }

  /// The error that loading throws, nil where it throws none.
  func error(_ kind: DatasetKind) -> DatasetError? {
    do {
      _ = try load(kind)
      return nil
    } catch {
      return error as? DatasetError
    }
  }
}

/// 12 training and 6 test images of 3×4 pixels, classes 0 to 2, in the files of one format.
enum Sample {
  /// Whole files of a kind.
  static func folder(of kind: DatasetKind) throws -> DatasetFolder {
    switch kind {
    case .cifar10: try cifar10()
    case .cifar100: try cifar100()
    case .npy: try numpy()
    default: try idx()
    }
  }

  static let trainingPixels = (0..<12 * 12).map { UInt8($0 * 7 & 255) }
  static let testPixels = (0..<6 * 12).map { UInt8($0 * 11 & 255) }
  static let trainingLabels = (0..<12).map { UInt8($0 % 3) }
  static let testLabels = (0..<6).map { UInt8($0 % 3) }

  static func idx() throws -> DatasetFolder {
    let folder = try DatasetFolder()
    try folder.write("train-images-idx3-ubyte", Sample.idx([12, 3, 4], trainingPixels))
    try folder.write("train-labels-idx1-ubyte", Sample.idx([12], trainingLabels))
    try folder.write("t10k-images-idx3-ubyte", Sample.idx([6, 3, 4], testPixels))
    try folder.write("t10k-labels-idx1-ubyte", Sample.idx([6], testLabels))
    return folder
  }

  static func numpy() throws -> DatasetFolder {
    let folder = try DatasetFolder()
    try folder.write("train/images.npy", npy("|u1", "(12, 3, 4)", trainingPixels))
    try folder.write("train/labels.npy", npy("|u1", "(12,)", trainingLabels))
    try folder.write("test/images.npy", npy("|u1", "(6, 3, 4)", testPixels))
    try folder.write("test/labels.npy", npy("|u1", "(6,)", testLabels))
    return folder
  }

  /// Two records a file; pixels count up through the planes.
  static func cifar10() throws -> DatasetFolder {
    let folder = try DatasetFolder()
    for part in 1...5 {
      try folder.write(
        "data_batch_\(part).bin", cifarRecord([UInt8(part)]) + cifarRecord([UInt8(part + 4)]))
    }
    try folder.write("test_batch.bin", cifarRecord([0]) + cifarRecord([9]))
    return folder
  }

  static func cifar100() throws -> DatasetFolder {
    let folder = try DatasetFolder()
    try folder.write("train.bin", cifarRecord([19, 99]) + cifarRecord([0, 1]))
    try folder.write("test.bin", cifarRecord([3, 42]))
    return folder
  }

  static func cifarRecord(_ labels: [UInt8]) -> [UInt8] {
    labels
      + (0..<3072).map { (offset: Int) -> UInt8 in
        let (plane, pixel) = (offset / 1024, offset % 1024)
        return UInt8((plane * 80 + pixel / 16) & 255)
      }
  }

  static func idx(_ sizes: [Int], _ elements: [UInt8], type: UInt8 = 8) -> [UInt8] {
    let header: [UInt8] = [0, 0, type, UInt8(sizes.count)]
    return header + sizes.flatMap { bigEndian($0, 4) } + elements
  }

  static func npy(
    _ type: String, _ shape: String, _ elements: [UInt8], order: String = "False",
    version: UInt8 = 1
  ) -> [UInt8] {
    npy("{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }", elements, version)
  }

  static func npy(_ text: String, _ elements: [UInt8], _ version: UInt8 = 1) -> [UInt8] {
    let width = version == 1 ? 2 : 4
    let start = 8 + width
    let padding = (64 - (start + text.utf8.count + 1) % 64) % 64
    let header = Array(text.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0A]
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version, 0]
    let length: [UInt8] = bigEndian(header.count, width).reversed()
    return magic + length + header + elements
  }

  static func bigEndian(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

/// One gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  let room = Int(deflateBound(&stream, UInt(bytes.count))) + 64
  return [UInt8](unsafeUninitializedCapacity: room) { output, filled in
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      filled = output.count - Int(stream.avail_out)
    }
  }
}
