import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// One title has a bracket that a mark joins to one character, one what XML forbids.
@Test(arguments: ["a < b", "a <\u{301}b & c", "tab\u{7}bell \u{fffe}"])
func chartIsWellFormedAndShowsEveryPoint(title: String) throws {
  let points = (0..<5).map {
    ParetoChart.Point(
      cost: Double($0) * 1e6 + 1e6, accuracy: 0.8 + Double($0) * 0.01, isOnFront: $0 % 2 == 0,
      label: "r1_k3.5 <\($0)> & more")
  }
  let svg = ParetoChart(title: title, costTitle: "multiply-adds", points: points).svg
  let counter = ElementCounter()
  let parser = XMLParser(data: Data(svg.utf8))
  parser.delegate = counter
  #expect(parser.parse(), "\(String(describing: parser.parserError))")
  #expect(counter.counts["circle"] == 5)
  #expect(counter.counts["polyline"] == 1)
}

@Test(arguments: [[1.0], [0.86, 0.871], [1e6, 6e6], [0, 0], [-3, 4], [1.9, 26.8]])
func axisCoversItsValuesWithFewTicks(values: [Double]) {
  let axis = Axis(values: values)
  #expect(axis.low < axis.high)
  for value in values { #expect(value >= axis.low - 1e-9 && value <= axis.high + 1e-9) }
  #expect((2...15).contains(axis.ticks.count))
  #expect(Set(axis.shortLabels).count == axis.ticks.count)
}

@Test func ticksThatLieCloseTogetherAreToldApart() {
  #expect(Axis(values: [1e6, 3e6]).shortLabels.first == "1.00 M")
  let labels = Axis(values: [10.02, 10.31]).shortLabels
  #expect(labels == ["10.00", "10.05", "10.10", "10.15", "10.20", "10.25", "10.30", "10.35"])
}

private final class ElementCounter: NSObject, XMLParserDelegate {
  var counts: [String: Int] = [:]

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    counts[elementName, default: 0] += 1
  }
}
