import Testing

@testable import Files

@Suite struct ShellWordTests {
  @Test(arguments: [
    ("results/quickstart-1", "results/quickstart-1"), ("/tmp/größe_2.5", "/tmp/größe_2.5"),
    ("my runs/a", "'my runs/a'"), ("it's", #"'it'\''s'"#), ("$HOME", "'$HOME'"),
    ("a\nb", "'a\nb'"), ("-x", "./-x"), ("-x y", "'./-x y'"), ("", "''"),
  ])
  func isOneWord(path: String, word: String) { #expect(path.shellWord == word) }
}
