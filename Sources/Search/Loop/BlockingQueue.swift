import Foundation

/// A first-in, first-out queue between threads.
final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var elements: [Element] = []
  private var isClosed = false

  func append(_ element: Element) {
    condition.withLock {
      precondition(!isClosed, "nothing can be added to a closed queue")
      elements.append(element)
      condition.signal()
    }
  }

  /// Those who wait get nil once the queue is empty.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }

  /// Waits for an element; nil once the queue is closed and empty.
  func next() -> Element? {
    condition.withLock {
      while elements.isEmpty, !isClosed { condition.wait() }
      return elements.isEmpty ? nil : elements.removeFirst()
    }
  }
}
