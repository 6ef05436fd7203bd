import Foundation
import Testing

@testable import SearchSpaces

@Suite struct DocumentationTests {
  private let document = try? String(
    contentsOf: packageFolder.appendingPathComponent("documentation/search-space.md"),
    encoding: .utf8)

  /// The tables of the document are those of the reader, word for word.
  @Test func everyKeyIsDocumented() throws {
    let document = try #require(document)
    for section in SpaceSections.all {
      let text = "### \(section.title)\n\n\(section.documentation)\n"
      #expect(
        document.contains(text), "documentation/search-space.md lacks this table:\n\n\(text)")
    }
    let keys = try #require(document.components(separatedBy: "## Keys\n").last)
    let rows = keys.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.count == SpaceSections.all.reduce(0) { $0 + $1.keys.count })
  }

  /// Writing every documented default down changes nothing.
  @Test func documentedDefaultsAreThoseOfTheCode() throws {
    let written = SpaceSections.all.map { section in
      let lines = section.keys.compactMap { key -> String? in
        guard let standard = key.standard, standard != "{}" else { return nil }
        return "\(key.name): \(standard)"
      }
      return (section.title, lines)
    }
    let lines = Dictionary(uniqueKeysWithValues: written)
    func mapping(_ section: String, _ others: String...) -> String {
      "{" + (others + (lines[section] ?? [])).joined(separator: ", ") + "}"
    }
    let augmentation = "augmentation: \(mapping("training.augmentation"))"
    let explicit = """
      name: test
      input: \(mapping("input", "resolution: 32", "proxy: \(mapping("input.proxy"))"))
      stem: \(mapping("stem", "channels: 16"))
      stages: [\(mapping("stages", "channels: 24"))]
      head: \(mapping("head", "channels: 64"))
      objective: \(mapping("objective", "target: 5ms"))
      strategy: \(mapping("strategy"))
      training: \(mapping("training", augmentation))
      latency: \(mapping("latency"))
      """
    let silent = """
      name: test
      input: {resolution: 32}
      stem: {channels: 16}
      stages: [{channels: 24}]
      head: {channels: 64}
      objective: {target: 5ms}
      """
    #expect(
      try SearchSpace(yaml: explicit, file: "explicit")
        == SearchSpace(yaml: silent, file: "silent"))
    #expect(lines.values.joined().count > 40)
  }

  @Test func theExampleOfTheDocumentIsASpace() throws {
    let document = try #require(document)
    let parts = document.components(separatedBy: "```yaml\n")
    let example = try #require(parts.dropFirst().first?.components(separatedBy: "```").first)
    let space = try SearchSpace(yaml: example, file: "search-space.md")
    let description = space.description()
    let counts =
      "\(description.spellingCount) spellings of \(description.distinctCount) different networks"
    #expect(document.contains(counts), "\(counts)")
  }
}
