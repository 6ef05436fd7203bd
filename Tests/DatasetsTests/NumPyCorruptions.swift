@testable import Datasets

private let full = [255, 255, 255, 255] as [UInt8]

let npyCorruptions = [
  Corruption("not NumPy", .npy, "train/images.npy", { [0] + $0.dropFirst() }) { file, _ in
    .wrongMagic(
      file: file, found: [0] + Array("NUMPY".utf8), expected: "a NumPy array (93 NUMPY)")
  },
  Corruption("version 4", .npy, "train/images.npy", { $0[..<6] + [4] + $0[7...] }) { file, _ in
    .badHeader(
      file: file, offset: 6, key: "the format version", found: "4", allowed: "1, 2 or 3")
  },
  Corruption("absurd header", .npy, "train/images.npy", { $0[..<6] + [2, 0] + full + $0[12...] }) {
    file, _ in
    .badHeader(
      file: file, offset: 8, key: "the length of the header", found: "4294967295",
      allowed: "up to 65536")
  },
  Corruption(
    "float images", .npy, "train/images.npy",
    { _ in
      Sample.npy("<f4", "(12, 3, 4)", [UInt8](repeating: 0, count: 576))
    }
  ) { file, _ in
    .badHeader(
      file: file, offset: 20, key: "descr", found: "'<f4'",
      allowed: "'|u1', pixels from 0 to 255 (of floats from 0 to 1, "
        + "(255 * x).round().astype(numpy.uint8))")
  },
  Corruption(
    "no images", .npy, "train/images.npy", { _ in Sample.npy("<f8", "(0,)", []) }
  ) { file, _ in
    .badHeader(
      file: file, offset: 60, key: "shape", found: "of no image",
      allowed: "one or more (has the pattern of file names found any?)")
  },
  Corruption(
    "column-major images", .npy, "train/images.npy",
    { _ in
      Sample.npy("|u1", "(12, 3, 4)", Sample.trainingPixels, order: "True")
    }
  ) { file, _ in
    .badHeader(
      file: file, offset: 44, key: "fortran_order", found: "True",
      allowed: "False (save with numpy.ascontiguousarray)")
  },
  Corruption(
    "flat images", .npy, "train/images.npy",
    { _ in
      Sample.npy("|u1", "(144,)", Sample.trainingPixels)
    }
  ) { file, _ in
    .badHeader(
      file: file, offset: 60, key: "shape", found: "1 sizes",
      allowed: "(count, height, width) or (count, height, width, channels)")
  },
  Corruption(
    "structured images", .npy, "train/images.npy",
    { _ in
      Sample.npy("{'descr': [('r', '|u1')], 'fortran_order': False, 'shape': (1,)}", [0])
    }
  ) { file, _ in
    .badHeader(
      file: file, offset: 20, key: "descr", found: "not a plain type",
      allowed: "a type such as '|u1'")
  },
  Corruption(
    "no shape", .npy, "train/images.npy",
    { _ in
      Sample.npy("{'descr': '|u1', 'fortran_order': False}", [0])
    }
  ) { file, _ in
    .badHeader(
      file: file, offset: 10, key: "shape", found: "missing", allowed: "a tuple of sizes")
  },
  Corruption(
    "a size beyond 64 bits", .npy, "train/images.npy",
    { _ in
      Sample.npy("|u1", "(99999999999999999999, 3, 4)", [])
    }
  ) { file, _ in
    .badHeader(
      file: file, offset: 79, key: "the header", found: "'99, 3, 4), }'",
      allowed: "a size below 2⁶³")
  },
  Corruption(
    "absurd count", .npy, "train/images.npy",
    { _ in
      Sample.npy("|u1", "(2000000000, 4000, 4000)", [])
    }
  ) { file, _ in
    .truncated(file: file, expectedBytes: 128 + 2_000_000_000 * 16_000_000, foundBytes: 128)
  },
  Corruption(
    "float labels", .npy, "train/labels.npy",
    { _ in
      Sample.npy("<f8", "(12,)", [UInt8](repeating: 0, count: 96))
    }
  ) { file, _ in
    .badHeader(
      file: file, offset: 20, key: "descr", found: "'<f8'",
      allowed: "an integer type (save with .astype(numpy.int64))")
  },
  Corruption(
    "one-hot labels", .npy, "train/labels.npy",
    { _ in
      Sample.npy("|u1", "(12, 3)", [UInt8](repeating: 0, count: 36))
    }
  ) { file, _ in
    .badHeader(
      file: file, offset: 60, key: "shape", found: "2 sizes",
      allowed: "(count,), a class number an image")
  },
  Corruption(
    "negative label", .npy, "train/labels.npy",
    { _ in
      Sample.npy("|i1", "(12,)", [255] + Sample.trainingLabels.dropFirst())
    }
  ) { file, _ in
    .labelOutOfRange(file: file, image: 0, label: -1, classes: 10_000)
  },
  Corruption(
    "unsigned label beyond all", .npy, "train/labels.npy",
    { _ in
      Sample.npy("<u8", "(12,)", [UInt8](repeating: 255, count: 96))
    }
  ) { file, _ in
    .labelOutOfRange(file: file, image: 0, label: .max, classes: 10_000)
  },
  Corruption("one byte short", .npy, "test/labels.npy", { $0.dropLast() }) { file, _ in
    .truncated(file: file, expectedBytes: 134, foundBytes: 133)
  },
]
