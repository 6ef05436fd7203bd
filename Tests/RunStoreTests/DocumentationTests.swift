import Foundation
import Testing

@testable import RunStore

@Test func everyColumnOfTheTableIsDocumented() throws {
  let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let document = try String(
    contentsOf: package.appendingPathComponent("documentation/results.md"), encoding: .utf8)
  let rows = document.split(separator: "\n").filter { $0.hasPrefix("| `") }
    .map { $0.split(separator: "|")[0] }
  for column in EvaluationTable.columns {
    #expect(rows.contains { $0.contains("`\(column)`") }, "\(column)")
  }
}
