import Foundation

/// Memory that is asked for before arrays are made, which end the process where they don't fit.
package enum Memory {
  package static var machineBytes: Double { Double(ProcessInfo.processInfo.physicalMemory) }

  /// Whether the machine has so much to spare, and the system gives it: a limit of the process may
  /// stand before it.
  package static func canHave(bytes: Double) -> Bool {
    guard bytes <= 0.75 * machineBytes else { return false }
    // Not by `malloc`, which the compiler leaves out where nothing is written.
    let size = max(Int(bytes), 1)
    let room = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let room, room != MAP_FAILED else { return false }
    return munmap(room, size) == 0
  }
}
