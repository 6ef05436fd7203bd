import Threads

/// A first-in, first-out queue between threads.
final class BlockingQueue<Element: Sendable>: Sendable {
  private let state = Monitor((elements: [Element](), isClosed: false))

  func append(_ element: Element) {
    state.update {
      precondition(!$0.isClosed, "nothing can be added to a closed queue")
      $0.elements.append(element)
    }
  }

  /// Those who wait get nil once the queue is empty.
  func close() { state.update { $0.isClosed = true } }

  /// Waits for an element; nil once the queue is closed and empty.
  func next() -> Element? {
    state.wait(
      until: { !$0.elements.isEmpty || $0.isClosed },
      then: { $0.elements.isEmpty ? nil : $0.elements.removeFirst() })
  }
}
