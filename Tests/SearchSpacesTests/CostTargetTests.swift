import Testing

@testable import SearchSpaces

@Suite struct CostTargetTests {
  @Test(arguments: [
    ("5ms", CostKind.latency, 5.0), ("0.8 ms", .latency, 0.8), ("250us", .latency, 0.25),
    ("250µs", .latency, 0.25), ("2s", .latency, 2000), ("7", .latency, 7),
    ("6M", .multiplyAdds, 6e6), ("6", .multiplyAdds, 6), ("350K", .parameters, 350e3),
    ("350k", .parameters, 350e3), ("1.5G", .multiplyAdds, 1.5e9), ("2e6", .parameters, 2e6),
    ("6_000_000", .multiplyAdds, 6e6),
  ])
  func targetsAreRead(text: String, cost: CostKind, value: Double) throws {
    #expect(abs(try CostTarget(parsing: text).value(for: cost) - value) <= 1e-12 * value)
  }

  @Test(arguments: [
    "", "ms", "five", "5parsecs", "5m", "-5ms", "0", "0ms", "nan", "inf", "1e999", "5ms6", "0x5",
    "5..5ms", "1e308G",
  ])
  func nonsenseIsRefused(text: String) {
    #expect(throws: CostTarget.Problem.self) { try CostTarget(parsing: text) }
  }

  @Test func unitsMustFitTheCost() throws {
    #expect(throws: CostTarget.Problem.wrongUnit(.million, .latency)) {
      try CostTarget(parsing: "6M").value(for: .latency)
    }
    #expect(throws: CostTarget.Problem.wrongUnit(.milliseconds, .parameters)) {
      try CostTarget(parsing: "6ms").value(for: .parameters)
    }
  }

  @Test func aNewCostNeedsATarget() throws {
    let settings = ObjectiveSettings(target: 5)
    #expect(throws: CostTarget.Problem.missingTarget(.multiplyAdds)) {
      try settings.with(cost: .multiplyAdds, target: nil)
    }
    let changed = try settings.with(cost: .multiplyAdds, target: CostTarget(parsing: "6M"))
    #expect(changed.cost == .multiplyAdds && changed.target == 6e6)
    #expect(try settings.with(cost: .latency, target: nil) == settings)
    #expect(try settings.with(cost: nil, target: CostTarget(parsing: "2ms")).target == 2)
  }
}
