@_exported import KernelInterface
import KernelsBaseline

#if arch(x86_64)
  import CPUFeatures
  import KernelsAVX2
  import KernelsAVX512
#endif

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension KernelSet {
  /// Overrides the choice of `current`: `reference`, `baseline`, `avx2` or `avx512`.
  package static let environmentVariable = "MIXNAS_INSTRUCTION_SET"

  /// The kernels of this process: what the environment asks for, or the best that the CPU runs.
  ///
  /// An environment that asks for the impossible gets the best; `select(environment:)` tells,
  /// and the command line calls it first.
  package static let current: KernelSet = {
    let requested = getenv(environmentVariable).map { String(cString: $0) }
    return (try? select(environment: requested.map { [environmentVariable: $0] } ?? [:])) ?? best
  }()

  /// What `current` is in a process with this environment.
  package static func select(
    environment: [String: String]
  ) throws(KernelSelectionError) -> KernelSet {
    guard let name = environment[environmentVariable], !name.isEmpty else { return best }
    guard let instructionSet = InstructionSet(rawValue: name) else {
      throw .unknown(name)
    }
    guard let set = named(instructionSet) else { throw .unsupported(instructionSet) }
    return set
  }

  /// The kernels of one instruction set; nil if this CPU does not run it.
  package static func named(_ instructionSet: InstructionSet) -> KernelSet? {
    available.first { $0.instructionSet == instructionSet }
  }

  /// All that this CPU runs, the plain twin first, the fastest last.
  package static let available: [KernelSet] = {
    var sets = [reference, KernelsBaseline.makeKernelSet()]
    #if arch(x86_64)
      if cpu_supports_avx2() { sets.append(KernelsAVX2.makeKernelSet()) }
      if runsAVX512 { sets.append(KernelsAVX512.makeKernelSet()) }
    #endif
    return sets
  }()

  #if arch(x86_64)
    /// Also without AVX-512, where the package was built to test its kernels so (`Package.swift`).
    private static var runsAVX512: Bool {
      #if HALVES_AVX512
        cpu_supports_avx2()
      #else
        cpu_supports_avx512()
      #endif
    }
  #endif

  private static var best: KernelSet { available.last ?? reference }
}

/// A wish for an instruction set that cannot be met.
package enum KernelSelectionError: Error, Equatable, CustomStringConvertible {
  case unknown(String)
  case unsupported(InstructionSet)

  package var description: String {
    let variable = KernelSet.environmentVariable
    return switch self {
    case .unknown(let name):
      "\(variable) is '\(name)', which is no instruction set; unset it, or set it to one of "
        + KernelSet.available.map(\.instructionSet.rawValue).joined(separator: ", ")
    case .unsupported(let instructionSet):
      "\(variable) asks for \(instructionSet.rawValue), which this CPU does not run; unset it, "
        + "or set it to one of "
        + KernelSet.available.map(\.instructionSet.rawValue).joined(separator: ", ")
    }
  }
}
