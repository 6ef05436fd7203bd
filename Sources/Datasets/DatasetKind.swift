/// What `--dataset` can name. The raw value is what the command line and a run folder spell.
package enum DatasetKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Built in: 32×32 colour patterns, made from a seed.
  case generated
  /// Any images in the file format of MNIST, grey or colour.
  case idx
  case mnist
  case fashionMNIST = "fashion-mnist"
  case cifar10 = "cifar-10"
  case cifar100 = "cifar-100"
  /// NumPy arrays.
  case npy

  package var readsFiles: Bool { self != .generated }

  /// What the directory must hold, in words.
  package var expectedFiles: String {
    switch self {
    case .generated:
      return "no files"
    case .idx, .mnist, .fashionMNIST:
      return "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
        + "t10k-labels-idx1-ubyte, plain or with .gz"
    case .cifar10:
      return "data_batch_1.bin to data_batch_5.bin and test_batch.bin (the binary version), "
        + "itself or in cifar-10-batches-bin"
    case .cifar100:
      return "train.bin and test.bin (the binary version), itself or in cifar-100-binary"
    case .npy:
      return "train/images.npy, train/labels.npy, test/images.npy and test/labels.npy "
        + "(images uint8 [count, height, width] or [count, height, width, channels])"
    }
  }
}
