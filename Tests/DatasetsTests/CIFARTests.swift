import Testing

@testable import Datasets

struct CIFARTests {
  @Test func tenClasses() throws {
    let data = try Sample.cifar10().load(.cifar10)
    #expect(data.training.labels == [1, 5, 2, 6, 3, 7, 4, 8, 5, 9])
    #expect(data.test.labels == [0, 9])
    #expect([data.test.height, data.test.width, data.test.channels] == [32, 32, 3])
    #expect(data.test.className(of: 1) == "truck")
  }

  @Test func planesBecomeInterleaved() throws {
    let test = try Sample.cifar10().load(.cifar10).test
    for (row, column) in [(0, 0), (0, 31), (17, 5), (31, 31)] {
      for channel in 0..<3 {
        let pixel = row * 32 + column
        let value = UInt8((channel * 80 + pixel / 16) & 255)
        #expect(test.pixels[3072 + pixel * 3 + channel] == value)
      }
    }
  }

  @Test func hundredClassesTakeTheFineLabel() throws {
    let data = try Sample.cifar100().load(.cifar100)
    #expect(data.training.labels == [99, 1])
    #expect(data.training.className(of: 0) == "worm")
    #expect(data.test.className(of: 0) == "leopard")
    #expect(Set(data.test.classNames).count == 100)
    #expect(data.test.classNames == data.test.classNames.sorted())
  }

  @Test func theFolderOfTheArchiveWillDo() throws {
    let folder = try DatasetFolder()
    try folder.write("cifar-100-binary/train.bin", Sample.cifarRecord([0, 1]))
    try folder.write("cifar-100-binary/test.bin", Sample.cifarRecord([0, 2]))
    #expect(try folder.load(.cifar100).test.labels == [2])
  }

  @Test func aPackedArchiveIsNamed() throws {
    let folder = try DatasetFolder()
    try folder.write("cifar-10-binary.tar.gz", [0x1F, 0x8B])
    let error = folder.error(.cifar10)
    #expect(
      error
        == .fileNotFound(
          directory: folder.path,
          lookedFor: ["data_batch_1.bin", "cifar-10-batches-bin/data_batch_1.bin"],
          archive: "cifar-10-binary.tar.gz"))
    #expect(error?.description.contains("unpack cifar-10-binary.tar.gz first") == true)
  }
}
