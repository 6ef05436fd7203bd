@testable import Datasets

let cifarCorruptions = [
  Corruption("half a record", .cifar10, "data_batch_3.bin", { $0.dropLast(100) }) { file, _ in
    .brokenRecords(file: file, bytes: 6046, recordBytes: 3073)
  },
  Corruption("empty batch", .cifar10, "test_batch.bin", { _ in [] }) { file, _ in
    .brokenRecords(file: file, bytes: 0, recordBytes: 3073)
  },
  Corruption("label 10", .cifar10, "data_batch_2.bin", { $0[..<3073] + [10] + $0[3074...] }) {
    file, _ in
    .labelOutOfRange(file: file, image: 1, label: 10, classes: 10)
  },
  Corruption("fine label 100", .cifar100, "test.bin", { [0, 100] + $0[2...] }) { file, _ in
    .labelOutOfRange(file: file, image: 0, label: 100, classes: 100)
  },
  Corruption("coarse label 20", .cifar100, "train.bin", { [20] + $0[1...] }) { file, _ in
    .labelOutOfRange(file: file, image: 0, label: 20, classes: 20)
  },
  Corruption("compressed batch", .cifar10, "data_batch_1.bin", { gzip($0) }) { file, _ in
    .wrongMagic(file: file, found: [0x1F, 0x8B], expected: "CIFAR's binary version")
  },
]
