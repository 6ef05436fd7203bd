/// A whole number of any size from 0 on; search spaces outgrow 64 bits.
package struct Natural: Sendable, Hashable {
  /// Digits to the base 10⁹, least first, without leading zeros.
  private var limbs: [UInt32]
  private static let base: UInt64 = 1_000_000_000

  package init(_ value: UInt64) {
    limbs = []
    var rest = value
    while rest > 0 {
      limbs.append(UInt32(rest % Self.base))
      rest /= Self.base
    }
  }

  package init(_ value: Int) {
    precondition(value >= 0)
    self.init(UInt64(value))
  }

  package static let zero = Natural(UInt64(0))

  /// The nearest floating-point number, infinite beyond 1.8e308.
  package var approximate: Double {
    limbs.reversed().reduce(0) { $0 * Double(Self.base) + Double($1) }
  }

  package static func + (left: Natural, right: Natural) -> Natural {
    var sum = left
    sum += right
    return sum
  }

  package static func += (left: inout Natural, right: Natural) {
    var carry: UInt64 = 0
    for index in 0..<max(left.limbs.count, right.limbs.count) {
      if index == left.limbs.count { left.limbs.append(0) }
      let digit = index < right.limbs.count ? UInt64(right.limbs[index]) : 0
      let total = UInt64(left.limbs[index]) + digit + carry
      left.limbs[index] = UInt32(total % base)
      carry = total / base
    }
    if carry > 0 { left.limbs.append(UInt32(carry)) }
  }

  /// - Precondition: `right` is no larger than `left`.
  package static func -= (left: inout Natural, right: Natural) {
    precondition(right <= left, "a natural number can't be negative")
    var borrow: Int64 = 0
    for index in left.limbs.indices {
      let digit = index < right.limbs.count ? Int64(right.limbs[index]) : 0
      var difference = Int64(left.limbs[index]) - digit - borrow
      borrow = difference < 0 ? 1 : 0
      if difference < 0 { difference += Int64(base) }
      left.limbs[index] = UInt32(difference)
    }
    while left.limbs.last == 0 { left.limbs.removeLast() }
  }

  package static func * (left: Natural, right: Natural) -> Natural {
    var product = Natural.zero
    product.limbs = Array(repeating: 0, count: left.limbs.count + right.limbs.count)
    for (i, a) in left.limbs.enumerated() {
      var carry: UInt64 = 0
      for (j, b) in right.limbs.enumerated() {
        let total = UInt64(product.limbs[i + j]) + UInt64(a) * UInt64(b) + carry
        product.limbs[i + j] = UInt32(total % base)
        carry = total / base
      }
      product.limbs[i + right.limbs.count] = UInt32(carry)
    }
    while product.limbs.last == 0 { product.limbs.removeLast() }
    return product
  }
}

extension Natural: Comparable {
  package static func < (left: Natural, right: Natural) -> Bool {
    left.limbs.count != right.limbs.count
      ? left.limbs.count < right.limbs.count
      : left.limbs.reversed().lexicographicallyPrecedes(right.limbs.reversed())
  }
}

extension Natural: CustomStringConvertible {
  /// Without anything between them.
  package var digits: String {
    var digits = String(limbs.last ?? 0)
    for limb in limbs.dropLast().reversed() {
      let group = String(limb)
      digits += String(repeating: "0", count: 9 - group.count) + group
    }
    return digits
  }

  /// All digits, in groups of three: `1,234,567`.
  package var description: String {
    let digits = digits
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { grouped += "," }
      grouped.append(digit)
    }
    return grouped
  }
}
