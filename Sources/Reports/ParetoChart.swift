/// A scatter plot of accuracy against cost as SVG, with the Pareto front drawn through.
package struct ParetoChart: Sendable {
  package struct Point: Sendable {
    package var cost: Double
    package var accuracy: Double
    package var isOnFront: Bool
    /// Shown as a tooltip.
    package var label: String

    package init(cost: Double, accuracy: Double, isOnFront: Bool, label: String) {
      self.cost = cost
      self.accuracy = accuracy
      self.isOnFront = isOnFront
      self.label = label
    }
  }

  private let title: String
  private let costTitle: String
  private let points: [Point]
  private let frame = Frame()

  /// - Parameter points: with finite coordinates.
  package init(title: String, costTitle: String, points: [Point]) {
    self.title = title
    self.costTitle = costTitle
    self.points = points
  }

  private struct Frame {
    let width = 720.0
    let height = 420.0
    let left = 70.0
    let right = 20.0
    let top = 46.0
    let bottom = 56.0
  }

  /// A whole SVG document that reads well on light and dark backgrounds.
  package var svg: String {
    let horizontal = Axis(values: points.map(\.cost))
    let vertical = Axis(values: points.map(\.accuracy))
    var body = ""
    for (tick, label) in zip(horizontal.ticks, horizontal.shortLabels) {
      let x = place(tick, on: horizontal, from: frame.left, to: frame.width - frame.right)
      body += line(x, frame.top, x, frame.height - frame.bottom)
      body += text(x, frame.height - frame.bottom + 20, "middle", label)
    }
    for tick in vertical.ticks {
      let y = place(tick, on: vertical, from: frame.height - frame.bottom, to: frame.top)
      body += line(frame.left, y, frame.width - frame.right, y)
      body += text(frame.left - 8, y + 4, "end", Numbers.fixed(tick, vertical.digits))
    }
    body += text(frame.width / 2, 26, "middle", title, size: 16)
    body += text(frame.width / 2, frame.height - 14, "middle", costTitle)
    body += text(frame.left, frame.top - 8, "middle", "validation accuracy", size: 11)

    let placed = points.map { point in
      (
        point: point,
        x: place(point.cost, on: horizontal, from: frame.left, to: frame.width - frame.right),
        y: place(point.accuracy, on: vertical, from: frame.height - frame.bottom, to: frame.top)
      )
    }
    let front = placed.filter(\.point.isOnFront).sorted { $0.x < $1.x }
    let path = front.map { "\(coordinate($0.x)),\(coordinate($0.y))" }.joined(separator: " ")
    body += "<polyline points=\"\(path)\" fill=\"none\" stroke=\"#d9480f\" stroke-width=\"2\"/>\n"
    for (point, x, y) in placed.sorted(by: { !$0.point.isOnFront && $1.point.isOnFront }) {
      let color = point.isOnFront ? "#d9480f" : "#74808c"
      body += "<circle cx=\"\(coordinate(x))\" cy=\"\(coordinate(y))\" r=\"4\" fill=\"\(color)\">"
      body += "<title>\(escaped(point.label))</title></circle>\n"
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(frame.width)) \(Int(frame.height))" \
      font-family="sans-serif">
      <rect width="100%" height="100%" fill="#ffffff"/>
      \(body)</svg>

      """
  }

  private func place(_ value: Double, on axis: Axis, from: Double, to: Double) -> Double {
    from + (value - axis.low) / (axis.high - axis.low) * (to - from)
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "<line x1=\"\(coordinate(x1))\" y1=\"\(coordinate(y1))\" x2=\"\(coordinate(x2))\" "
      + "y2=\"\(coordinate(y2))\" stroke=\"#d5dade\"/>\n"
  }

  private func text(
    _ x: Double, _ y: Double, _ anchor: String, _ content: String, size: Int = 12
  ) -> String {
    "<text x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" text-anchor=\"\(anchor)\" "
      + "font-size=\"\(size)\" fill=\"#30363c\">\(escaped(content))</text>\n"
  }

  private func coordinate(_ value: Double) -> String { Numbers.fixed(value, 1) }

  /// By scalars: a mark that joins a bracket to one character leaves the bracket to XML, which
  /// also forbids most control characters.
  private func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;".unicodeScalars
      case "<": result += "&lt;".unicodeScalars
      case ">": result += "&gt;".unicodeScalars
      case "\"": result += "&quot;".unicodeScalars
      case "\t", "\n", "\r": result.append(" ")
      case "\u{0}"..<" ", "\u{fffe}", "\u{ffff}": result.append("\u{fffd}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

/// A linear axis with round ticks around its values.
struct Axis {
  let low: Double
  let high: Double
  let ticks: [Double]
  /// Decimals that tell the ticks apart.
  let digits: Int

  /// With units, where these tell the ticks apart, or else with all digits.
  var shortLabels: [String] {
    let short = ticks.map(Numbers.short)
    return Set(short).count == short.count ? short : ticks.map { Numbers.fixed($0, digits) }
  }

  init(values: [Double]) {
    let least = values.min() ?? 0
    let most = values.max() ?? 1
    let span = most > least ? most - least : max(least.magnitude, 1) * 0.1
    var step = 1.0
    var digits = 0
    // The step is 1, 2 or 5 times a power of ten: less than 12.5 of them in all, and a tick around
    // them at each end.
    while step > span / 5 {
      step /= 10
      digits += 1
    }
    while step * 10 <= span / 5 { step *= 10 }
    if step * 5 <= span / 5 {
      step *= 5
    } else if step * 2 <= span / 5 {
      step *= 2
    }
    let first = (least / step).rounded(.down)
    let last = (most / step).rounded(.up)
    low = first * step
    high = max(last, first + 1) * step
    ticks = stride(from: first, through: max(last, first + 1), by: 1).map { $0 * step }
    self.digits = digits
  }
}
