import Foundation
import Testing

@testable import Randomness

struct PortableFunctionsTests {
  @Test func logarithmIsThatOfTheLibrary() {
    for x in [0x1p-33, 1e-6, 0.1, 0.5, 0.70710678, 0.70710679, 0.9999999, 1, 1.4142136, 2, 1e9] {
      let reference = log(x)
      #expect(abs(portableLog(x) - reference) <= 4e-15 * max(abs(reference), 0.1))
    }
  }

  @Test func cosineIsThatOfTheLibrary() {
    for step in 0..<4096 {
      let turns = (Double(step) + 0.37) / 4096
      #expect(abs(portableCosine(turns: turns) - cos(2 * Double.pi * turns)) < 2e-15)
    }
    #expect(portableCosine(turns: 0) == 1)
    #expect(portableCosine(turns: 0.25) == 0)
    #expect(portableCosine(turns: 0.5) == -1)
  }
}
