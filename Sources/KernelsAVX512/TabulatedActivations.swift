import Builtin
import KernelInterface

// The logistic function from a table: 32 polynomials make up its left half, and the right one
// mirrors it. A permutation of two vectors looks up a coefficient for all lanes at once and costs
// no more than a multiply-add; five of those and four of these take three quarters of the time of
// an exponential and a division.

/// `1 / (1 + e^-x)`, to an absolute error of 2.4e-7.
enum TabulatedSigmoid: Activation {
  @inline(__always)
  static func value(_ x: Vector) -> Vector { mirror(leftSigmoid(leftPlace(x)), at: x) }

  @inline(__always)
  static func slope(_ x: Vector) -> Vector {
    let left = leftSigmoid(leftPlace(x))
    return left * (Vector(repeating: 1) - left)
  }
}

/// `x / (1 + e^-x)`, which is `max(x, 0) - |x| / (1 + e^|x|)`, to an absolute error of
/// `2.4e-7 · |x|`.
enum TabulatedSwish: Activation {
  @inline(__always)
  static func value(_ x: Vector) -> Vector {
    let place = leftPlace(x)
    return multiplyAdd(place, leftSigmoid(place), Relu.value(x))
  }

  @inline(__always)
  static func slope(_ x: Vector) -> Vector { valueAndSlope(x).slope }

  @inline(__always)
  static func valueAndSlope(_ x: Vector) -> (value: Vector, slope: Vector) {
    let place = leftPlace(x)
    let left = leftSigmoid(place)
    let slope = multiplyAdd(place * left, Vector(repeating: 1) - left, left)
    return (multiplyAdd(place, left, Relu.value(x)), mirror(slope, at: x))
  }
}

/// Where the last polynomial ends, at next to 0.
@inline(__always) private var leftEnd: Float { -15.7 }

/// From one polynomial to the next, leftwards.
@inline(__always) private var step: Float { 0.5 }

/// `-|x|`, but no less than `leftEnd`; a NaN stays one.
@inline(__always)
private func leftPlace(_ x: Vector) -> Vector { atLeast(leftEnd, negativeMagnitude(x)) }

/// `left` where x is negative, `1 - left` elsewhere.
@inline(__always)
private func mirror(_ left: Vector, at x: Vector) -> Vector {
  select(x .< .zero, left, Vector(repeating: 1) - left)
}

/// - Parameter place: from `leftPlace`.
@inline(__always)
private func leftSigmoid(_ place: Vector) -> Vector {
  // Adding 1.5 · 2^23 rounds to an integer, which then stands in the lowest bits.
  let index = multiplyAdd(
    place, Vector(repeating: -1 / step), Vector(repeating: 12_582_912))
  var sum = lookUp(fourthPowers, index)
  sum = multiplyAdd(sum, place, lookUp(cubes, index))
  sum = multiplyAdd(sum, place, lookUp(squares, index))
  sum = multiplyAdd(sum, place, lookUp(slopes, index))
  return multiplyAdd(sum, place, lookUp(constants, index))
}

@inline(__always)
private func negativeMagnitude(_ x: Vector) -> Vector {
  Vector(lanes: Builtin.fneg_Vec16xFPIEEE32(Builtin.int_fabs_Vec16xFPIEEE32(x.lanes)))
}

/// The floats of a table that the last five bits of each lane name.
@inline(__always)
private func lookUp(_ table: (low: Vector, high: Vector), _ index: Vector) -> Vector {
  #if HALVES_AVX512
    // AVX2 has no such instruction.
    let places = unsafeBitCast(index, to: Vector.MaskStorage.self)
    var found = Vector.zero
    for lane in places.indices {
      let place = Int(places[lane] & 31)
      found[lane] = place < width ? table.low[place] : table.high[place - width]
    }
    return found
  #else
    return Vector(
      lanes: Builtin.int_x86_avx512_vpermi2var_ps_512(
        table.low.lanes, Builtin.reinterpretCast(index), table.high.lanes))
  #endif
}

// The coefficients of the polynomials around 0, -0.5, -1, ... -15.5, in powers of x itself: those
// with the smallest largest error, 1.1e-7 (Remez's algorithm), rounded to floats. The last one is
// lowered to end at 0.
@inline(__always) private var constants: (low: Vector, high: Vector) {
  (
    Vector(
      5e-1, 4.999_704_4e-1, 4.999_580_4e-1, 5.054_994e-1, 5.263_563_4e-1, 5.572_22e-1,
      5.777_702_3e-1, 5.717_955e-1, 5.368_259_5e-1, 4.803_623_6e-1, 4.128_998_5e-1, 3.434_951_3e-1,
      2.782_740_6e-1, 2.205_824_1e-1, 1.717_053_7e-1, 1.316_135e-1
    ),
    Vector(
      9.954_78e-2, 7.441_98e-2, 5.506_009_6e-2, 4.035_876e-2, 2.933_415e-2, 2.115_764_8e-2,
      1.515_294_7e-2, 1.078_211_7e-2, 7.626_062_3e-3, 5.363_819e-3, 3.753_127_5e-3, 2.613_416_9e-3,
      1.811_574_8e-3, 1.250_429_8e-3, 8.596_664e-4, 5.886_536e-4
    )
  )
}

@inline(__always) private var slopes: (low: Vector, high: Vector) {
  (
    Vector(
      2.499_992_3e-1, 2.496_473_3e-1, 2.492_939_4e-1, 2.662_876_8e-1, 3.137_213_6e-1,
      3.690_364_7e-1, 3.995_531_2e-1, 3.926_452_4e-1, 3.555_404_2e-1, 3.024_197e-1, 2.455_438_8e-1,
      1.925_708_7e-1, 1.471_087_2e-1, 1.101_093_1e-1, 8.108_506e-2, 5.892_052e-2
    ),
    Vector(
      4.233_792e-2, 3.013_150_4e-2, 2.126_516_6e-2, 1.489_663_8e-2, 1.036_605_5e-2, 7.170_016e-3,
      4.932_192e-3, 3.375_759e-3, 2.299_781_7e-3, 1.560_042_8e-3, 1.054_034_5e-3, 7.095_136_7e-4,
      4.759_500_4e-4, 3.182_387_7e-4, 2.121_404_2e-4, 1.410_106_2e-4
    )
  )
}

@inline(__always) private var squares: (low: Vector, high: Vector) {
  (
    Vector(
      -2.472_618_7e-5, -1.639_753_2e-3, -2.952_799e-3, 1.670_529_5e-2, 5.732_531e-2,
      9.459_370_4e-2, 1.116_128_7e-1, 1.086_277_3e-1, 9.385_103e-2, 7.509_674e-2, 5.710_496_4e-2,
      4.193_598_4e-2, 3.004_784_5e-2, 2.114_656_6e-2, 1.468_152_1e-2, 1.008_531_45e-2
    ),
    Vector(
      6.868_770_3e-3, 4.644_784_6e-3, 3.121_803_5e-3, 2.087_094_6e-3, 1.388_805_7e-3, 9.202_715e-4,
      6.074_906_6e-4, 3.996_299_6e-4, 2.620_568_6e-4, 1.713_403_9e-4, 1.117_235_95e-4,
      7.266_655e-5, 4.715_232e-5, 3.052_933_2e-5, 1.972_593_4e-5, 1.272_092_05e-5
    )
  )
}

@inline(__always) private var cubes: (low: Vector, high: Vector) {
  (
    Vector(
      -2.111_173_2e-2, -2.458_373_3e-2, -2.633_348_1e-2, -1.616_193e-2, -6.376_108_5e-4,
      1.054_993_7e-2, 1.477_411_4e-2, 1.420_297e-2, 1.158_525_9e-2, 8.640_397e-3, 6.109_424e-3,
      4.177_991e-3, 2.795_808_7e-3, 1.843_733_6e-3, 1.203_523_3e-3, 7.798_175e-4
    ),
    Vector(
      5.024_618e-4, 3.223_362e-4, 2.060_481e-4, 1.313_206_9e-4, 8.348_053e-5, 5.294_953_4e-5,
      3.351_741e-5, 2.117_852_8e-5, 1.336_005_8e-5, 8.415_259e-6, 5.293_270_5e-6, 3.325_236_8e-6,
      2.086_421e-6, 1.307_666_9e-6, 8.187_273_6e-7, 5.121_022e-7
    )
  )
}

@inline(__always) private var fourthPowers: (low: Vector, high: Vector) {
  (
    Vector(
      -1.282_818_5e-3, -4.306_097_5e-3, -5.103_334e-3, -3.116_215_3e-3, -8.820_526e-4,
      3.804_032e-4, 7.740_761_5e-4, 7.332_788_7e-4, 5.592_264_4e-4, 3.856_982_2e-4, 2.521_061e-4,
      1.598_409_9e-4, 9.955_49e-5, 6.135_482_5e-5, 3.757_396_2e-5, 2.292_298_8e-5
    ),
    Vector(
      1.395_265_3e-5, 8.480_828e-6, 5.150_554_4e-6, 3.126_425_3e-6, 1.897_176_7e-6, 1.151_028_4e-6,
      6.982_564_3e-7, 4.235_589_6e-7, 2.569_180_7e-7, 1.558_347_7e-7, 9.452_081e-8, 5.733_059_5e-8,
      3.477_306_6e-8, 2.109_104_2e-8, 1.279_240_5e-8, 7.759_001e-9
    )
  )
}
