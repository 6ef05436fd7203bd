extension String {
  /// The path as one word of a POSIX shell, for commands that are shown to be typed: in quotes
  /// where a character could mean something else, and never what looks like an option.
  package var shellWord: String {
    let path = hasPrefix("-") ? "./" + self : self
    let isPlain =
      !path.isEmpty
      && path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+,:@%=".contains($0) }
    return isPlain ? path : "'" + path.replacing("'", with: #"'\''"#) + "'"
  }
}
