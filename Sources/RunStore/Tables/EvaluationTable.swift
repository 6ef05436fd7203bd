import Files
import Foundation
import Search

/// `evaluations.csv`: one row per evaluated candidate, for spreadsheets and pandas.
///
/// Rows are added as candidates are evaluated; when a search begins or ends, the file is built
/// anew from the journal, by ordinal and with the front as it is then.
struct EvaluationTable: Sendable {
  let path: String

  /// New columns go behind: scripts know the first ones by their place.
  static let columns = [
    "ordinal", "status", "validation_accuracy", "latency_ms", "multiply_adds", "parameters",
    "reward", "seconds", "genome", "pareto", "parent", "mutated_gene", "training_loss",
    "validation_loss", "images_per_second", "latency_low_ms", "latency_high_ms", "reason", "hash",
  ]

  func replace(with state: SearchState) throws {
    let front = state.front.ordinals
    let rows = state.candidates.compactMap { candidate in
      Self.row(candidate, isOnFront: front.contains(candidate.ordinal))
    }
    let text = ([Self.columns.joined(separator: ",")] + rows).map { $0 + "\n" }.joined()
    try WholeFile.write(Data(text.utf8), to: path)
  }

  /// Adds the row of a candidate that was just evaluated; a table that has been moved away is built
  /// anew.
  func append(ordinal: Int, of state: SearchState) throws {
    let isOnFront = state.front.ordinals.contains(ordinal)
    guard let row = Self.row(state.candidates[ordinal], isOnFront: isOnFront) else { return }
    guard FileManager.default.fileExists(atPath: path) else { return try replace(with: state) }
    try OpenFile(path: path, flags: O_WRONLY | O_APPEND).write(Data((row + "\n").utf8))
  }

  /// Of the rows of a table that is there: lines that begin and end as they do.
  func ordinals() -> [Int] {
    guard let text = try? WholeFile.read(path) else { return [] }
    let statuses = Set(EvaluationRecord.Status.allCases.map { Substring($0.rawValue) })
    return String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap {
      let cells = $0.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count >= Self.columns.count, statuses.contains(cells[1]),
        cells[cells.count - 1].wholeMatch(of: /[0-9a-f]{32}/) != nil
      else { return nil }
      return Int(cells[0])
    }
  }

  /// Nil for a candidate that is not evaluated.
  static func row(_ candidate: Candidate, isOnFront: Bool) -> String? {
    guard let evaluation = candidate.evaluation else { return nil }
    let record = EvaluationRecord(evaluation)
    let latency = record.measured?.latency
    let proposal = candidate.proposal
    let cells: [String?] = [
      "\(candidate.ordinal)", record.status.rawValue, text(record.validationAccuracy),
      text(latency?.medianMilliseconds), text(record.multiplyAdds), text(record.parameters),
      text(candidate.score?.reward), text(evaluation.timing.seconds),
      proposal.genome.blockNotation, isOnFront ? "1" : "0", text(proposal.parent),
      text(proposal.mutatedGene), text(record.trainingLoss), text(record.validationLoss),
      text(evaluation.timing.imagesPerSecond), text(latency?.lowMilliseconds),
      text(latency?.highMilliseconds), candidate.failure?.summary, proposal.hash,
    ]
    return cells.map { quoted($0 ?? "") }.joined(separator: ",")
  }

  private static func text(_ value: (some CustomStringConvertible)?) -> String? {
    value.map { "\($0)" }
  }

  /// As in RFC 4180.
  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
    return "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
