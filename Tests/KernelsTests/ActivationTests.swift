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

  /// The stated bounds, which are measured. Of the exponential, 4.2e-7 where 2^n is largest and the
  /// argument off the most, 2.6e-7 at most for x above -20; swish rounds once more. Of the table,
  /// 1.75e-7 at -4.2.
  @Test(arguments: sets, [KernelActivation.sigmoid, .swish])
  func sigmoidKeepsItsErrorBound(
    instructionSet: InstructionSet, activation: KernelActivation
  ) throws {
    let x = stride(from: Float(-86.999), through: 40, by: 0.0013).map { $0 }
    let y = try activate(activation, x, instructionSet)
    let isExactEnough = zip(x, y).allSatisfy { x, y in
      let factor = activation == .swish ? Double(x) : 1
      let sigmoid = 1 / (1 + exp(-Double(x)))
      // Swish of large numbers rounds to a float of their size.
      let bound = instructionSet == .avx512 ? 1.8e-7 + 0.6e-7 * sigmoid : 5e-7 * sigmoid
      return abs(Double(y) - factor * sigmoid) <= abs(factor) * bound
    }
    #expect(isExactEnough)
  }

  /// What the logistic function is at most where it ends on the left.
  private func leftEnd(_ instructionSet: InstructionSet) -> Float {
    instructionSet == .avx512 ? 2.1e-9 : 1e-37
  }

  @Test(arguments: sets)
  func extremesStayFinite(instructionSet: InstructionSet) throws {
    let x: [Float] = [-1e30, -200, -88, 88, 200, 1e30]
    let end = leftEnd(instructionSet)
    let sigmoid = try activate(.sigmoid, x, instructionSet)
    #expect(sigmoid[..<3].allSatisfy { $0 >= 0 && $0 < end })
    #expect(sigmoid[3...].allSatisfy { $0 == 1 })
    let swish = try activate(.swish, x, instructionSet)
    #expect(swish[..<3].allSatisfy { $0 <= 0 && $0 > -88 * end })
    #expect(swish[3...].elementsEqual(x[3...]))
  }

  @Test(arguments: sets)
  func infinitiesReachTheLimits(instructionSet: InstructionSet) throws {
    let x: [Float] = [-.infinity, .infinity]
    let end = leftEnd(instructionSet)
    let sigmoid = try activate(.sigmoid, x, instructionSet)
    #expect(sigmoid[0] >= 0 && sigmoid[0] < end)
    #expect(sigmoid[1] == 1)
    let swish = try activate(.swish, x, instructionSet)
    #expect(swish[0] <= 0 && swish[0] > -88 * end)
    #expect(swish[1] == .infinity)
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
