import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Test func chartIsWellFormedAndShowsEveryPoint() throws {
  let points = (0..<5).map {
    ParetoChart.Point(
      cost: Double($0) * 1e6 + 1e6, accuracy: 0.8 + Double($0) * 0.01, isOnFront: $0 % 2 == 0,
      label: "r1_k3.5 <\($0)> & more")
  }
  let svg = ParetoChart(title: "a < b", costTitle: "multiply-adds", points: points).svg
  let counter = ElementCounter()
  let parser = XMLParser(data: Data(svg.utf8))
  parser.delegate = counter
  #expect(parser.parse(), "\(String(describing: parser.parserError))")
  #expect(counter.counts["circle"] == 5)
  #expect(counter.counts["polyline"] == 1)
}

@Test(arguments: [[1.0], [0.86, 0.871], [1e6, 6e6], [0, 0], [-3, 4]])
func axisCoversItsValuesWithFewTicks(values: [Double]) {
  let axis = Axis(values: values)
  #expect(axis.low < axis.high)
  for value in values { #expect(value >= axis.low - 1e-9 && value <= axis.high + 1e-9) }
  #expect((2...13).contains(axis.ticks.count))
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
