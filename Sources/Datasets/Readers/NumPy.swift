/// Reads NumPy arrays:
///
///     DIR/train/images.npy  uint8 [count, height, width] or [count, height, width, channels]
///     DIR/train/labels.npy  integers [count]
///     DIR/test/images.npy
///     DIR/test/labels.npy
///     DIR/classes.txt       one class name a line; may be missing
func readNumPy(_ folder: DataFolder) throws -> DatasetPair {
  let files = try ArrayFiles(
    training: (
      numpyImages(folder.open(["train/images.npy"])),
      numpyLabels(folder.open(["train/labels.npy"]))
    ),
    test: (
      numpyImages(folder.open(["test/images.npy"])),
      numpyLabels(folder.open(["test/labels.npy"]))
    ))
  return try files.load(classNames: folder.classNames())
}

private func numpyImages(_ file: DataFile) throws -> ImageFile {
  let header = try NumPyHeader(file)
  guard header.shape.first != 0 else {
    throw header.rejected(
      "shape", "of no image", "one or more (has the pattern of file names found any?)")
  }
  guard header.elements == .init(kind: "u", width: 1, isBigEndian: false) else {
    let scaling =
      header.elements.kind == "f"
      ? "of floats from 0 to 1, (255 * x).round().astype(numpy.uint8)"
      : "scale to that, then .astype(numpy.uint8)"
    throw header.rejected(
      "descr", header.description, "'|u1', pixels from 0 to 255 (\(scaling))")
  }
  guard (3...4).contains(header.shape.count) else {
    throw header.rejected(
      "shape", "\(header.shape.count) sizes",
      "(count, height, width) or (count, height, width, channels)")
  }
  try header.requireRowMajor()
  return try ImageFile(file, shape: header.shape, offset: header.shapeOffset)
}

private func numpyLabels(_ file: DataFile) throws -> LabelFile {
  let header = try NumPyHeader(file)
  let elements = header.elements
  guard elements.kind == "u" || elements.kind == "i" else {
    throw header.rejected(
      "descr", header.description, "an integer type (save with .astype(numpy.int64))")
  }
  guard header.shape.count == 1 else {
    throw header.rejected(
      "shape", "\(header.shape.count) sizes", "(count,), a class number an image")
  }
  let type = IntegerType(
    width: elements.width, isSigned: elements.kind == "i", isBigEndian: elements.isBigEndian)
  return try LabelFile(file, count: header.shape[0], type: type, offset: header.shapeOffset)
}
