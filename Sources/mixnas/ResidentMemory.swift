import Foundation

/// Memory of this process as the system counts it.
enum ResidentMemory {
  /// The most physical memory that the process has had at any moment; nil where the system
  /// doesn't tell.
  static var peakBytes: Int? {
    #if os(Linux)
      // Not getrusage: its maximum includes what the process was before it became this program.
      guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kilobytes = Int(line.filter(\.isNumber))
      else { return nil }
      return kilobytes * 1024
    #else
      var usage = rusage()
      guard getrusage(RUSAGE_SELF, &usage) == 0 else { return nil }
      return usage.ru_maxrss
    #endif
  }
}
