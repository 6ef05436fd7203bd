import ArgumentParser
import Files
import Foundation
import Reports
import Search

/// Standard output for results, standard error for progress and problems.
enum Terminal {
  /// Makes sure that no file which is opened later stands in for a stream that the process was
  /// started without, that a reader who leaves ends no search, and that Ctrl-\ ends the process.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    // A file beyond `ulimit -f` is an error like a full disk.
    signal(SIGXFSZ, SIG_IGN)
    // Swift's runtime takes it for a crash, which the process would survive.
    if !InterruptSignals.isIgnored(SIGQUIT) { signal(SIGQUIT, SIG_DFL) }
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      // Opened the other way round: reading or writing fails as before.
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// - Throws: `CommandProblem.unwritable`; without a word where the reader has left, as `head`
  ///   does.
  static func write(_ text: String) throws {
    let code = OpenFile.write(Array(text.utf8), to: STDOUT_FILENO)
    if code == EPIPE { throw ExitCode(128 + SIGPIPE) }
    if code != 0 {
      throw CommandProblem.unwritable(
        file: "standard output", reason: String(cString: strerror(code)))
    }
  }

  /// Writes a report of a file: to standard error where the file itself goes to standard output.
  ///
  /// - Throws: as `write` does.
  static func write(_ report: String, beside file: String) throws {
    if WholeFile.isStandardOutput(file) {
      writeError(report)
    } else {
      try write(report)
    }
  }

  /// What can't be written is lost: no work ends for it.
  static func writeError(_ text: String) { _ = OpenFile.write(Array(text.utf8), to: STDERR_FILENO) }

  /// The same where nobody has to be waited for who reads it: a signal must always be heard.
  static func writeErrorAtOnce(_ text: String) {
    var ready = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    if poll(&ready, 1, 0) > 0 { writeError(text) }
  }

  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Shows progress on standard error: in place on a terminal, in lines elsewhere.
  static func progress(isQuiet: Bool = false) -> ProgressDisplay {
    ProgressDisplay(
      style: isQuiet ? .none : errorIsTerminal ? .terminal : .lines, columns: errorColumns,
      write: writeError)
  }

  /// Columns of the terminal behind standard error; nil where it has none, or doesn't say.
  static func errorColumns() -> Int? {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// One JSON document with sorted keys and a newline, so that equal results are equal bytes. A
  /// number that is not finite is a text there.
  static func writeJSON(_ value: some Encodable) throws {
    try write(String(decoding: CanonicalJSON.bytes(value, isPretty: true), as: UTF8.self) + "\n")
  }
}

extension InterruptSignals {
  /// Says on standard error that the first signal was heard.
  convenience init(announcing stop: StopRequest) throws {
    try self.init(stop: stop) { _ in
      Terminal.writeErrorAtOnce("\nstopping; Ctrl-C again ends the process at once\n")
    }
  }
}
