import Foundation
import Kernels
import Testing

/// Accuracy and special values of the vector activations.
@Suite struct ActivationTests {
  static let sets = KernelSet.available.map(\.instructionSet)

  private func activate(
    _ activation: KernelActivation, _ x: [Float], _ instructionSet: InstructionSet
  ) throws -> [Float] {
    let set = try #require(KernelSet.named(instructionSet))
    var y = x
    set.elementwise.activate(x.count, activation, x, &y)
    return y
  }

  /// The stated bound: 1.1e-7 of the exponential's polynomial, 2.4e-7 of what its argument is off
  /// by where 2^n is smallest, and a rounding each of the sum and the quotient.
  @Test(arguments: sets)
  func sigmoidKeepsItsErrorBound(instructionSet: InstructionSet) throws {
    let x = stride(from: Float(-86.5), through: 40, by: 0.001).map { $0 }
    let y = try activate(.sigmoid, x, instructionSet)
    let worst = zip(x, y).map { x, y in
      let exact = 1 / (1 + exp(-Double(x)))
      return abs(Double(y) - exact) / exact
    }.max()
    #expect(try #require(worst) <= 5e-7)
  }

  @Test(arguments: sets)
  func extremesStayFinite(instructionSet: InstructionSet) throws {
    let x: [Float] = [-1e30, -200, -88, 88, 200, 1e30]
    let sigmoid = try activate(.sigmoid, x, instructionSet)
    #expect(sigmoid[..<3].allSatisfy { $0 >= 0 && $0 < 1e-37 })
    #expect(sigmoid[3...].allSatisfy { $0 == 1 })
    #expect(try activate(.swish, x, instructionSet)[3...].elementsEqual(x[3...]))
  }

  @Test(arguments: sets)
  func infinitiesReachTheLimits(instructionSet: InstructionSet) throws {
    let x: [Float] = [-.infinity, .infinity]
    let sigmoid = try activate(.sigmoid, x, instructionSet)
    #expect(sigmoid[0] >= 0 && sigmoid[0] < 1e-37)
    #expect(sigmoid[1] == 1)
    #expect(try activate(.swish, x, instructionSet)[1] == .infinity)
  }

  /// A diverged training must not look healthy behind an activation.
  @Test(arguments: sets, KernelActivation.allCases)
  func aNaNStaysOne(instructionSet: InstructionSet, activation: KernelActivation) throws {
    for count in [1, 16, 19] {
      let x = [Float](repeating: .nan, count: count)
      #expect(try activate(activation, x, instructionSet).allSatisfy(\.isNaN))
    }
  }
}
