import Files
import Foundation

/// The machine that a run measures latency on. Latencies of different machines don't compare.
package struct HostFingerprint: Sendable, Hashable, Codable {
  /// The CPU's name for itself.
  package var processor: String
  /// Logical ones.
  package var cores: Int
  /// Of the kernels that were chosen, for instance `avx512`.
  package var instructionSet: String
  package var operatingSystem: String

  package init(processor: String, cores: Int, instructionSet: String, operatingSystem: String) {
    self.processor = processor
    self.cores = cores
    self.instructionSet = instructionSet
    self.operatingSystem = operatingSystem
  }

  /// Whether latencies compare: the processor is of the same name and runs the same kernels.
  package func computesLike(_ other: HostFingerprint) -> Bool {
    processor == other.processor && instructionSet == other.instructionSet
  }

  /// Of this machine; the caller knows which kernels it runs.
  package static func current(instructionSet: String) -> HostFingerprint {
    HostFingerprint(
      processor: processorName ?? "unknown", cores: ProcessInfo.processInfo.processorCount,
      instructionSet: instructionSet,
      operatingSystem: ProcessInfo.processInfo.operatingSystemVersionString)
  }

  #if canImport(Darwin)
    private static var processorName: String? {
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0 else { return nil }
      var name = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else {
        return nil
      }
      return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
  #else
    /// `model name` on x86-64; arm64 has only numbers of the implementer and part.
    private static var processorName: String? {
      guard let bytes = try? WholeFile.read("/proc/cpuinfo") else { return nil }
      var fields: [Substring: String] = [:]
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { continue }
        let key = parts[0].prefix { $0 != "\t" }
        fields[key] = fields[key] ?? parts[1].trimmingCharacters(in: .whitespaces)
      }
      if let name = fields["model name"] { return name }
      guard let implementer = fields["CPU implementer"], let part = fields["CPU part"] else {
        return nil
      }
      return "arm64 implementer \(implementer) part \(part)"
    }
  #endif
}
