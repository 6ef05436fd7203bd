import Testing

@testable import Reports

@Test func tableAlignsColumnsAndTrimsLineEnds() {
  var table = TextTable(columns: [.left("network"), .right("parameters"), .left("note")])
  table.addRow(["mixnet-s", "4,134,606", ""])
  table.addRule()
  table.addRow(["é", "7", "x"])
  #expect(
    table.rendered == """
      network   parameters  note
      ──────────────────────────
      mixnet-s   4,134,606
      ──────────────────────────
      é                  7  x

      """)
}
