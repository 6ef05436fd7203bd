/// Places buffers of known lifetimes in one arena, so that buffers which are never alive at the
/// same time may share memory.
///
///     var plan = MemoryPlan()
///     let a = plan.add(count: 1_000, alive: 0...4)
///     let b = plan.add(count: 500, alive: 5...6)
///     let placed = plan.placed()   // placed.offsets[a.index] == placed.offsets[b.index]
///
/// The greedy order is that of Pisarchyk & Lee 2020 ("Efficient Memory Management for Deep Neural
/// Net Inference", greedy by size): large buffers first, each in the lowest gap that is free for
/// all of its life. Time is whatever the caller counts; here, steps of the execution order.
package struct MemoryPlan: Sendable {
  /// A buffer of the plan.
  package struct Buffer: Sendable, Hashable {
    package let index: Int
  }

  /// Offsets of all buffers, in floats, each a multiple of `MemoryPlan.alignment`.
  package struct Placement: Sendable {
    package let offsets: [Int]
    /// Floats of the arena.
    package let count: Int
  }

  /// Floats of a cache line.
  package static let alignment = 16

  /// The smallest count of floats from `count` on that fills whole cache lines.
  static func wholeLines(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  /// Floats from one worker's part of a buffer to the next one's, where each has `count` to itself:
  /// no 4 KB page holds floats of two, wherever the buffer begins.
  ///
  /// Hardware fetches what lies behind that which is read, up to the end of the page, and would
  /// take from another core, again and again, what that core is about to write.
  static func workerStride(_ count: Int) -> Int {
    count == 0 ? 0 : wholeLines(count) + pageFloats
  }

  private static let pageFloats = 1024

  private struct Request {
    let count: Int
    var alive: ClosedRange<Int>
  }

  private var requests: [Request] = []

  package init() {}

  /// A buffer of `count` floats that must keep its content through all of `alive`.
  package mutating func add(count: Int, alive: ClosedRange<Int>) -> Buffer {
    requests.append(Request(count: Self.wholeLines(max(count, 1)), alive: alive))
    return Buffer(index: requests.count - 1)
  }

  /// Makes a buffer's life cover `time` too.
  package mutating func extend(_ buffer: Buffer, to time: Int) {
    let alive = requests[buffer.index].alive
    requests[buffer.index].alive = min(alive.lowerBound, time)...max(alive.upperBound, time)
  }

  /// Floats that are alive at the busiest moment: no placement can do with less.
  package var lowerBound: Int {
    var changes: [Int: Int] = [:]
    for request in requests {
      changes[request.alive.lowerBound, default: 0] += request.count
      changes[request.alive.upperBound + 1, default: 0] -= request.count
    }
    var alive = 0
    var peak = 0
    for time in changes.keys.sorted() {
      alive += changes[time, default: 0]
      peak = max(peak, alive)
    }
    return peak
  }

  /// Decides where each buffer lies. Cost: the square of the number of buffers.
  package func placed() -> Placement {
    let bySize = requests.indices.sorted {
      (requests[$1].count, $0) < (requests[$0].count, $1)
    }
    var offsets = [Int](repeating: 0, count: requests.count)
    var end = 0
    /// Buffers placed so far, by offset.
    var placed: [Int] = []
    for index in bySize {
      let request = requests[index]
      var offset = 0
      for other in placed where requests[other].alive.overlaps(request.alive) {
        if offsets[other] >= offset + request.count { break }
        offset = max(offset, offsets[other] + requests[other].count)
      }
      offsets[index] = offset
      end = max(end, offset + request.count)
      let position = placed.firstIndex { offsets[$0] > offset } ?? placed.endIndex
      placed.insert(index, at: position)
    }
    return Placement(offsets: offsets, count: end)
  }
}
