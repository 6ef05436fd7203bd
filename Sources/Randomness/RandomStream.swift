/// A counter-based random generator (Philox4x32-10, Salmon et al. 2011) with named substreams.
///
/// The same seed and path of names give the same numbers on every machine and compiler, and a
/// substream depends only on its own path, not on what others have drawn.
///
///     var stream = RandomStream(seed: 7).substream("proposal", 12)
///     let k = stream.below(10)
///
/// Every draw below is stable to the bit: integers are, and the real-valued ones use only IEEE
/// operations that round exactly (`+ - * /` and square root), never the system's `log` or `cos`.
package struct RandomStream: Sendable, Hashable {
  package let key: UInt64
  /// Draws of `next()` so far.
  package var counter: UInt64 { draws }

  @usableFromInline var draws: UInt64
  /// Second half of the last Philox block; meaningful where `draws` is odd, else 0.
  @usableFromInline var spare: UInt64

  package init(seed: UInt64) {
    key = seed
    draws = 0
    spare = 0
  }

  /// The stream at this name and index under this one, whatever this one's position is.
  ///
  /// Its key is a Philox block of this stream's key, at a counter that no draw of this stream
  /// uses: draws leave the upper half of the counter 0, the hash of a name is never 0.
  package func substream(_ name: String, _ index: Int = 0) -> RandomStream {
    var hash = StableHash()
    hash.combine(name)
    let block = Philox.block(
      counterLow: UInt64(bitPattern: Int64(index)), counterHigh: max(1, hash.value), key: key)
    return RandomStream(seed: block.low)
  }

  /// The next 64 bits. One Philox block gives two.
  ///
  /// Inlinable, like `below`, so that optimised targets draw fast in debug builds too.
  @inlinable
  package mutating func next() -> UInt64 {
    defer { draws &+= 1 }
    if draws & 1 == 1 {
      defer { spare = 0 }
      return spare
    }
    let block = Philox.block(counterLow: draws >> 1, counterHigh: 0, key: key)
    spare = block.high
    return block.low
  }
}
