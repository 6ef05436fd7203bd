import Files

/// One line of a journal, without its newline:
///
///     {"sequence":12,"checksum":"89abcdef","event":{"evaluated":{…},"time":1763715600.25}}
///
/// The checksum is the CRC-32 of `12:{"evaluated":…}`: the sequence number, a colon, and the
/// event's bytes as they stand in the line. Every line is a JSON object of itself, but what goes
/// before and behind the event has exactly this spelling, so that the checksum covers bytes
/// rather than one of their meanings.
struct JournalLine: Sendable, Hashable {
  /// Of the journal's events, from 0.
  let sequence: Int
  /// A JSON object.
  let event: [UInt8]

  init(sequence: Int, event: [UInt8]) {
    self.sequence = sequence
    self.event = event
  }

  private static let sequenceKey = Array(#"{"sequence":"#.utf8)
  private static let checksumKey = Array(#","checksum":""#.utf8)
  private static let eventKey = Array(#"","event":"#.utf8)
  private static let end = UInt8(ascii: "}")

  private var checksum: String {
    var checksum = Checksum()
    checksum.combine("\(sequence):".utf8)
    checksum.combine(event)
    return checksum.text
  }

  /// With the newline.
  var bytes: [UInt8] {
    Self.sequenceKey + Array("\(sequence)".utf8) + Self.checksumKey + Array(checksum.utf8)
      + Self.eventKey + event + [Self.end, UInt8(ascii: "\n")]
  }

  /// Reads a line without its newline. Throws `malformed` or `checksum`.
  init(parsing line: ArraySlice<UInt8>) throws(RunStoreError.LineProblem) {
    var rest = line
    guard rest.takePrefix(Self.sequenceKey) else { throw .malformed }
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest = rest.dropFirst(digits.count)
    guard let sequence = Int(String(decoding: digits, as: UTF8.self)),
      rest.takePrefix(Self.checksumKey)
    else { throw .malformed }
    let found = String(decoding: rest.prefix(8), as: UTF8.self)
    rest = rest.dropFirst(8)
    guard rest.takePrefix(Self.eventKey), rest.last == Self.end else { throw .malformed }
    self.init(sequence: sequence, event: Array(rest.dropLast()))
    guard checksum == found else { throw .checksum }
  }
}

extension RunStoreError.LineProblem: Error {}

extension ArraySlice<UInt8> {
  /// Drops the prefix and says whether it was there.
  fileprivate mutating func takePrefix(_ prefix: [UInt8]) -> Bool {
    guard starts(with: prefix) else { return false }
    self = dropFirst(prefix.count)
    return true
  }
}
