import Files
import Testing

@testable import RunStore

@Suite struct JournalLineTests {
  /// The check value of every description of CRC-32.
  @Test func checksumIsCRC32() {
    #expect(Checksum.text(of: "123456789".utf8) == "cbf43926")
    #expect(Checksum.text(of: []) == "00000000")
  }

  @Test func spelling() {
    let line = JournalLine(sequence: 12, event: Array(#"{"a":1}"#.utf8))
    let checksum = Checksum.text(of: #"12:{"a":1}"#.utf8)
    #expect(
      String(decoding: line.bytes, as: UTF8.self)
        == #"{"sequence":12,"checksum":""# + checksum + #"","event":{"a":1}}"# + "\n")
  }

  @Test func readsWhatItWrites() throws {
    for sequence in [0, 7, 123_456] {
      let line = JournalLine(sequence: sequence, event: Array(#"{"ü":"}"}"#.utf8))
      #expect(try JournalLine(parsing: line.bytes.dropLast()) == line)
    }
  }

  /// Every bit of a line matters.
  @Test func everyFlippedBitIsFound() throws {
    let bytes = Array(JournalLine(sequence: 3, event: Array(#"{"a":[1,2]}"#.utf8)).bytes.dropLast())
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        #expect(throws: RunStoreError.LineProblem.self) {
          try JournalLine(parsing: damaged[...])
        }
      }
    }
  }
}
