import Kernels
import Testing

@Suite struct KernelSelectionTests {
  private let variable = KernelSet.environmentVariable

  @Test func theBestIsChosenWithoutAWish() throws {
    let best = try #require(KernelSet.available.last)
    #expect(try KernelSet.select(environment: [:]).instructionSet == best.instructionSet)
    #expect(
      try KernelSet.select(environment: [variable: ""]).instructionSet == best.instructionSet)
  }

  @Test(arguments: KernelSet.available.map(\.instructionSet))
  func everyAvailableSetCanBeAskedFor(instructionSet: InstructionSet) throws {
    let set = try KernelSet.select(environment: [variable: instructionSet.rawValue])
    #expect(set.instructionSet == instructionSet)
    #expect(KernelSet.named(instructionSet)?.vectorWidth == set.vectorWidth)
  }

  @Test func referenceAndBaselineAreAlwaysThere() {
    #expect(KernelSet.available.prefix(2).map(\.instructionSet) == [.reference, .baseline])
  }

  @Test func anUnknownNameIsAnErrorThatListsTheKnown() {
    let error = #expect(throws: KernelSelectionError.unknown("sse9")) {
      try KernelSet.select(environment: [variable: "sse9"])
    }
    #expect(error?.description.contains("'sse9'") == true)
    #expect(error?.description.contains("reference, baseline") == true)
  }
}
