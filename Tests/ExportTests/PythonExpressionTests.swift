import Testing

@testable import Export

@Suite struct PythonExpressionTests {
  @Test func staysOnOneLineWhereItFits() {
    let short = PythonExpression.call(
      "nn.Conv2d", [.init(nil, .number(3)), .init("bias", .text("False"))])
    #expect(
      short.lines(indent: 4, lead: "stem=", end: ",") == ["    stem=nn.Conv2d(3, bias=False),"])
  }

  @Test func breaksIntoArguments() {
    let long = PythonExpression.call(
      "layers",
      [
        .init("first", .text(String(repeating: "a", count: 60))),
        .init("second", .list([.text("b"), .text(String(repeating: "c", count: 40))])),
      ])
    #expect(
      long.lines(indent: 0, lead: "x = ") == [
        "x = layers(",
        "    first=\(String(repeating: "a", count: 60)),",
        "    second=[b, \(String(repeating: "c", count: 40))],",
        ")",
      ])
  }

  @Test func namesAndTextsAreValidPython() {
    #expect(Python.isIdentifier("squeeze_excitation"))
    for text in ["", "0", "class", "a-b", "é"] { #expect(!Python.isIdentifier(text)) }
    #expect(Python.className("mixnet-s") == "MixnetS")
    #expect(Python.className("3d net") == "Network3dNet")
    #expect(Python.className("…") == nil)
    #expect(Python.quoted("a\"b\\\n\u{1}ä") == #""a\"b\\\n\x01ä""#)
  }
}
