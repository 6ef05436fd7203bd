import Testing

@testable import Reports

@Test(arguments: [
  (0, "0"), (999, "999"), (1000, "1,000"), (239_173_360, "239,173,360"), (-1234, "-1,234"),
  (Int.min, "-9,223,372,036,854,775,808"),
])
func groupedDigits(value: Int, text: String) {
  #expect(Numbers.grouped(value) == text)
}

@Test(arguments: [
  (0.0, "0"), (812, "812"), (1234, "1.23 k"), (999_600, "1.00 M"), (4_134_606, "4.13 M"),
  (239_173_360, "239 M"), (2.5e12, "2.50 T"), (0.5, "0.500"),
  (1.5704e35, "1.57e+35"),
])
func shortNumbers(value: Double, text: String) {
  #expect(Numbers.short(value) == text)
}

@Test(arguments: [
  (-3.0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (123, "2 min 03 s"), (3840, "1 h 04 min"),
  (Double.infinity, "277777 h 46 min"),
])
func durations(seconds: Double, text: String) {
  #expect(Numbers.duration(seconds) == text)
}

@Test(arguments: [
  (0.0048, "0.0048"), (0.099, "0.0990"), (0.35, "0.35"), (1, "1.00"), (198.4, "198.40"),
])
func ratios(value: Double, text: String) {
  #expect(Numbers.ratio(value) == text)
}

@Test(arguments: [(0.08312, "0.0831 ms"), (4.6, "4.60 ms"), (12.34, "12.3 ms"), (123.4, "123 ms")])
func milliseconds(value: Double, text: String) {
  #expect(Numbers.milliseconds(value) == text)
}
