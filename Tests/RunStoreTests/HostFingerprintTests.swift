import Testing

@testable import RunStore

@Suite struct HostFingerprintTests {
  @Test func namesThisMachine() {
    let host = HostFingerprint.current(instructionSet: "avx2")
    #expect(host.instructionSet == "avx2")
    #expect(!host.processor.isEmpty)
    #expect(host.cores > 0)
    #expect(!host.operatingSystem.isEmpty)
    #expect(host == HostFingerprint.current(instructionSet: "avx2"))
  }
}
