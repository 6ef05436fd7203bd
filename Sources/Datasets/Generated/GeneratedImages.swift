import Randomness

extension GeneratedSettings {
  /// Makes the images: 32×32 colour, ten classes in equal numbers (give or take one), in random
  /// order. The same settings give the same bytes on every machine; more images of a part begin
  /// with other images, since the order of classes is drawn for the whole part.
  ///
  /// Takes about 0.1 ms an image.
  func load() throws -> DatasetPair {
    let most = 10_000_000
    for count in [trainingImages, testImages] where count > most {
      throw DatasetError.inconsistent("\(count) built-in images, more than \(most)")
    }
    let random = RandomStream(seed: seed).substream("generated images")
    return try DatasetPair(
      training: images(trainingImages, random: random.substream("training")),
      test: images(testImages, random: random.substream("test")))
  }

  private func images(_ count: Int, random: RandomStream) throws -> ImageDataset {
    let patterns = Pattern.all
    var order = random.substream("classes")
    let labels = order.shuffled((0..<max(0, count)).map { Int32($0 % patterns.count) })
    let size = Scene.side * Scene.side * Scene.channels
    try DatasetError.checkMemory(bytes: labels.count * size, of: "built-in images")
    let fieldSize = Scene.side * Scene.side
    let pixels = [UInt8](unsafeUninitializedCapacity: labels.count * size) { pixels, filled in
      withUnsafeTemporaryAllocation(of: Int.self, capacity: fieldSize) { field in
        for (index, label) in labels.enumerated() {
          var stream = random.substream("image", index)
          let image = UnsafeMutableBufferPointer(
            rebasing: pixels[index * size..<(index + 1) * size])
          Scene.draw(patterns[Int(label)], random: &stream, field: field, into: image)
        }
      }
      filled = labels.count * size
    }
    return try ImageDataset(
      pixels: pixels, labels: labels, height: Scene.side, width: Scene.side,
      channels: Scene.channels, classNames: patterns.map(\.name))
  }
}
