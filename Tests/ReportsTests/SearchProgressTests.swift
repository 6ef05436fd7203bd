import Testing

@testable import Reports

private func progress(evaluated: Int, failed: Int = 0, before: Int = 0) -> SearchProgress {
  SearchProgress(
    evaluated: evaluated, failed: failed, budget: 60, evaluatedBefore: before, seconds: 90,
    best: evaluated == 0 ? nil : .init(ordinal: 7, accuracy: 0.87123, cost: "3.21 M"))
}

@Test func progressLineSaysBestRateAndTimeLeft() {
  #expect(
    progress(evaluated: 15).line(barWidth: 8)
      == "15/60  [██░░░░░░]  best 0.8712 at 3.21 M (#7)  600/h  4 min 30 s left")
}

@Test func progressBeforeTheFirstResultClaimsNothing() {
  #expect(progress(evaluated: 0).line(barWidth: 4) == "0/60  [░░░░]")
}

@Test func rateCountsOnlyThisProcess() {
  #expect(progress(evaluated: 30, before: 15).line(barWidth: 2).contains("600/h"))
  #expect(!progress(evaluated: 30, before: 30).line(barWidth: 2).contains("/h"))
}

@Test func failuresAreShown() {
  #expect(progress(evaluated: 3, failed: 2).line().contains("2 failed"))
}

@Test func aTerminalLineIsCutToTheColumns() {
  var written = ""
  let display = ProgressDisplay(style: .terminal, columns: { 20 }) { written += $0 }
  display.update(progress(evaluated: 15))
  #expect(written.count == 20 && written.hasPrefix("\r15/60"))
  display.line("a line that stays is written whole")
  #expect(written.hasSuffix("\ra line that stays is written whole\n"))
}

@Test func terminalLineIsRewrittenAndPadded() {
  var written = ""
  let display = ProgressDisplay(style: .terminal) { written += $0 }
  display.update(progress(evaluated: 15))
  display.update(progress(evaluated: 0))
  display.finish()
  let parts = written.split(separator: "\r", omittingEmptySubsequences: false)
  #expect(parts.count == 3)
  #expect(parts[1].count + 1 == parts[2].count, "the shorter line covers the longer one")
  #expect(written.hasSuffix("\n"))
}
