import Foundation

/// Images in the files of MNIST that a test can afford: noise with a bright square, whose place is
/// the class.
enum TinyImages {
  /// The options that name them.
  static func options(_ folder: String) -> [String] {
    ["--dataset", "idx", "--data-directory", folder]
  }

  /// A network that learns them in a moment.
  static let network = "stem8_s1 r1_k3.5_s2_e2_o8 head16_d0.2"

  /// - Parameters:
  ///   - classes: at most three.
  ///   - testClasses: the first of them, those of test images.
  ///   - names: of the classes; nil for none.
  static func write(
    to folder: String, classes: Int = 3, training: Int = 240, test: Int = 60,
    testClasses: Int? = nil, names: [String]? = nil
  ) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    if let names {
      try Data(names.joined(separator: "\n").utf8)
        .write(to: URL(fileURLWithPath: folder + "/classes.txt"))
    }
    for (name, count, classes) in [
      ("train", training, classes), ("t10k", test, testClasses ?? classes),
    ] {
      var generator = Noise(state: UInt64(count))
      let labels = (0..<count).map { UInt8($0 % classes) }
      var pixels: [UInt8] = []
      for label in labels.map(Int.init) {
        for place in 0..<64 {
          let isInside = place / 8 / 3 == label && place % 8 / 3 == label
          pixels.append(generator.next() + (isInside ? 120 : 0))
        }
      }
      try file(magic: 0x0803, sizes: [count, 8, 8], pixels)
        .write(to: URL(fileURLWithPath: "\(folder)/\(name)-images-idx3-ubyte"))
      try file(magic: 0x0801, sizes: [count], labels)
        .write(to: URL(fileURLWithPath: "\(folder)/\(name)-labels-idx1-ubyte"))
    }
  }

  private static func file(magic: UInt32, sizes: [Int], _ bytes: [UInt8]) -> Data {
    var data = Data()
    for word in [magic] + sizes.map({ UInt32($0) }) {
      withUnsafeBytes(of: word.bigEndian) { data.append(contentsOf: $0) }
    }
    return data + bytes
  }

  /// A linear congruential generator; 0 … 127.
  private struct Noise {
    var state: UInt64

    mutating func next() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 57)
    }
  }
}
