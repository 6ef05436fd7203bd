import Testing

@testable import Kernels

@Suite struct FloatMemoryTests {
  @Test(arguments: [0, 1, 15, 600_000])
  func isAlignedAndUsable(count: Int) throws {
    let memory = try FloatMemory(count: count)
    let floats = memory.floats
    #expect(floats.count == max(count, 1))
    #expect(UInt(bitPattern: memory.bytes.baseAddress) % (count > 524_288 ? 2 << 20 : 64) == 0)
    floats.initialize(repeating: 1)
    #expect(floats.allSatisfy { $0 == 1 })
  }

  @Test(arguments: [Int.max / 8, .max])
  func moreThanThereIsIsAnError(count: Int) {
    let error = #expect(throws: MemoryShortage.self) { try FloatMemory(count: count).bytes }
    #expect(error?.description.contains("GB of memory") == true)
  }
}
