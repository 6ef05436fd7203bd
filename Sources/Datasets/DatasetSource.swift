/// Where images come from: all that is needed to load the same ones again.
///
///     let data = try DatasetSource(kind: .fashionMNIST, directory: "data/fashion-mnist").load()
package struct DatasetSource: Sendable, Hashable, Codable {
  package var kind: DatasetKind
  /// Of the files; nil for generated images. `kind.expectedFiles` says what it must hold.
  package var directory: String?
  /// Used by `.generated` alone.
  package var generated: GeneratedSettings

  package init(
    kind: DatasetKind, directory: String? = nil, generated: GeneratedSettings = .init()
  ) {
    self.kind = kind
    self.directory = directory
    self.generated = generated
  }

  /// Reads or makes all images. Throws `DatasetError`.
  package func load() throws -> DatasetPair {
    if kind == .generated { return try generated.load() }
    guard let directory else { throw DatasetError.directoryNotGiven(kind) }
    let folder = try DataFolder(directory, for: kind)
    switch kind {
    case .generated: return try generated.load()
    case .idx: return try readIDX(folder, classNames: nil)
    case .mnist: return try readIDX(folder, classNames: ClassNames.digits)
    case .fashionMNIST: return try readIDX(folder, classNames: ClassNames.fashionMNIST)
    case .cifar10: return try readCIFAR10(folder)
    case .cifar100: return try readCIFAR100(folder)
    case .npy: return try readNumPy(folder)
    }
  }
}

/// Counts and seed of the built-in images. Training and test images never share a draw.
package struct GeneratedSettings: Sendable, Hashable, Codable {
  package var seed: UInt64
  package var trainingImages: Int
  package var testImages: Int

  package init(seed: UInt64 = 1, trainingImages: Int = 8000, testImages: Int = 2000) {
    self.seed = seed
    self.trainingImages = trainingImages
    self.testImages = testImages
  }
}
