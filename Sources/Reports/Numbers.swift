import Foundation

/// Numbers as reports write them.
package enum Numbers {
  /// `████░░░░░░`, for a share of 0 to 1.
  static func bar(_ share: Double, width: Int) -> String {
    let filled = Int(min(max(share, 0), 1) * Double(width))
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
  }

  /// `239,173,360`
  package static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return value < 0 ? "-" + text : text
  }

  /// Three significant digits with a unit: `4.13 M`, `812`, `1.20 G`; beyond those `1.57e+35`.
  package static func short(_ value: Double) -> String {
    if value.magnitude >= 1e15 { return String(format: "%.2e", value) }
    let units: [(Double, String)] = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")]
    // 999.5 of a unit already rounds to 1.00 of the next.
    for (size, unit) in units where value.magnitude >= size * 0.9995 {
      return significant(value / size) + unit
    }
    return value == value.rounded() ? String(Int(value)) : significant(value)
  }

  /// `0.8734`
  package static func accuracy(_ value: Double) -> String { fixed(value, 4) }

  /// `87.3 %`
  package static func percent(_ share: Double, digits: Int = 1) -> String {
    fixed(share * 100, digits) + " %"
  }

  /// Three significant digits with milliseconds: `0.0831 ms`, `4.60 ms`.
  package static func milliseconds(_ value: Double) -> String { significant(value) + " ms" }

  /// `1.44`, `0.0048`
  package static func ratio(_ value: Double) -> String {
    value < 0.0995 ? significant(value) : fixed(value, 2)
  }

  /// `7 s`, `2 min 03 s`, `1 h 04 min`
  package static func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    return "\(whole / 3600) h \(twoDigits(whole % 3600 / 60)) min"
  }

  package static func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  private static func significant(_ value: Double) -> String {
    let magnitude = value.magnitude
    if magnitude >= 99.95 { return fixed(value, 0) }
    if magnitude >= 9.995 { return fixed(value, 1) }
    if magnitude >= 0.9995 { return fixed(value, 2) }
    if magnitude >= 0.09995 { return fixed(value, 3) }
    return fixed(value, 4)
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
