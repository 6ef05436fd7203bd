import Foundation
import Testing

/// What two runs of one search must have in common to the byte: every column of the table but
/// times, and the best genome.
struct RunRecords: Equatable {
  /// The header first.
  let rows: [[String]]
  let best: Data

  init(of folder: String) throws {
    let table = try String(contentsOfFile: folder + "/evaluations.csv", encoding: .utf8)
    let lines = table.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(lines.first)
    let timed: Set = ["seconds", "images_per_second"]
    let kept = header.indices.filter { !timed.contains(header[$0]) }
    rows = lines.map { line in kept.map { line[$0] } }
    best = try Data(contentsOf: URL(fileURLWithPath: folder + "/best.json"))
  }
}
