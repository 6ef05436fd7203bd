import Files
import Search

/// What happens to a run, as its journal tells it.
enum JournalEvent: Sendable, Hashable {
  case started(RunStart)
  /// A process took up the run again.
  case resumed(RunResumption)
  /// From now on this many evaluations are asked for.
  case extended(evaluations: Int)
  case proposed(ProposalRecord)
  case evaluated(EvaluationRecord)
  case ended(SearchEnd)

  init(_ event: SearchEvent) {
    self =
      switch event {
      case .proposed(let proposal): .proposed(ProposalRecord(proposal))
      case .evaluated(let evaluation): .evaluated(EvaluationRecord(evaluation))
      case .ended(let reason): .ended(reason)
      }
  }
}

struct RunStart: Sendable, Hashable, Codable {
  var evaluations: Int
  /// Of the bytes of `run.json`.
  var configurationChecksum: String
}

/// Who took up a run.
package struct RunResumption: Sendable, Hashable, Codable {
  /// Of mixnas.
  package var version: String
  package var host: HostFingerprint
  /// Where the files of the images lie from now on; nil where they have not moved.
  package var dataDirectory: String?

  package init(version: String, host: HostFingerprint, dataDirectory: String? = nil) {
    self.version = version
    self.host = host
    self.dataDirectory = dataDirectory
  }
}

/// An event with the time it was written, in seconds since 1970.
struct JournalEntry: Sendable, Hashable {
  var event: JournalEvent
  var time: Double
}

/// A JSON object with the event under its kind, and the time:
/// `{"extended":{"evaluations":80},"time":1763715600.25}`.
extension JournalEntry: Codable {
  enum Kind: String, CodingKey, CaseIterable {
    case started, resumed, extended, proposed, evaluated, ended, time
  }

  private struct Extension: Codable { var evaluations: Int }
  private struct End: Codable { var reason: SearchEnd }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Kind.self)
    try container.encode(time, forKey: .time)
    switch event {
    case .started(let start): try container.encode(start, forKey: .started)
    case .resumed(let resumption): try container.encode(resumption, forKey: .resumed)
    case .extended(let evaluations):
      try container.encode(Extension(evaluations: evaluations), forKey: .extended)
    case .proposed(let record): try container.encode(record, forKey: .proposed)
    case .evaluated(let record): try container.encode(record, forKey: .evaluated)
    case .ended(let reason): try container.encode(End(reason: reason), forKey: .ended)
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Kind.self)
    time = try container.decode(Double.self, forKey: .time)
    guard let kind = container.allKeys.first(where: { $0 != .time }) else {
      throw UnknownEvent()
    }
    switch kind {
    case .started: event = .started(try container.decode(RunStart.self, forKey: kind))
    case .resumed: event = .resumed(try container.decode(RunResumption.self, forKey: kind))
    case .extended:
      let extended = try container.decode(Extension.self, forKey: kind)
      event = .extended(evaluations: extended.evaluations)
    case .proposed:
      event = .proposed(try container.decode(ProposalRecord.self, forKey: kind))
    case .evaluated:
      event = .evaluated(try container.decode(EvaluationRecord.self, forKey: kind))
    case .ended:
      event = .ended(try container.decode(End.self, forKey: kind).reason)
    case .time: throw UnknownEvent()
    }
  }
}

/// The object holds no kind of event that is known.
struct UnknownEvent: Error {}
