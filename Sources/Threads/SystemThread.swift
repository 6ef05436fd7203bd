#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One thread of the operating system, joined at most once.
///
/// A plain pthread, because work of ours waits at barriers, which threads that are shared with
/// other tasks must never do.
package final class SystemThread: @unchecked Sendable {
  // Sendable because the handle, a pointer on some systems, never changes.
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let handle: pthread_t

  /// Starts a thread with a stack of `stackBytes`.
  ///
  /// - Throws: `SystemThreadError` if the system has no thread left.
  package init(
    stackBytes: Int = 2 << 20, _ body: @escaping @Sendable () -> Void
  ) throws(SystemThreadError) {
    let retained = Unmanaged.passRetained(Body(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    defer { pthread_attr_destroy(&attributes) }
    #if canImport(Darwin)
      var created: pthread_t?
      let status = pthread_create(
        &created, &attributes,
        { context in
          Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
          return nil
        }, retained.toOpaque())
    #else
      var started = pthread_t()
      let status = pthread_create(
        &started, &attributes,
        { context in
          if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
          return nil
        }, retained.toOpaque())
      let created: pthread_t? = started
    #endif
    guard status == 0, let created else {
      retained.release()
      throw SystemThreadError(code: status)
    }
    handle = created
  }

  /// Waits for the thread's end.
  package func join() { pthread_join(handle, nil) }
}

/// The system refused to start a thread; `code` is its `errno`.
package struct SystemThreadError: Error, CustomStringConvertible {
  package let code: Int32

  package var description: String {
    "The system could not start a thread (\(String(cString: strerror(code)))). "
      + "Use fewer threads or workers, or raise the limit of processes."
  }
}
