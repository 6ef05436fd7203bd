import Foundation

/// Memory for images, asked for before arrays are made, which end the process where they don't fit.
enum ImageMemory {
  static var machineBytes: Double { Double(ProcessInfo.processInfo.physicalMemory) }

  /// Whether the machine has so much to spare, and the system gives it: a limit of the process may
  /// stand before it.
  static func canHave(bytes: Double) -> Bool {
    guard bytes <= 0.75 * machineBytes else { return false }
    // Not by `malloc`, which the compiler leaves out where nothing is written.
    let size = max(Int(bytes), 1)
    let room = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let room, room != MAP_FAILED else { return false }
    return munmap(room, size) == 0
  }

  /// - Throws: `DatasetError.noMemory` where the contents of a file don't fit.
  static func check(bytes: Int, of file: DataFile) throws(DatasetError) {
    if !canHave(bytes: Double(bytes)) {
      throw .noMemory(
        file: file.path, gigabytes: Double(bytes) / 1e9, machineGigabytes: machineBytes / 1e9)
    }
  }
}
