extension Float {
  /// The value of an IEEE 754 binary16 pattern, exact.
  package init(halfBits bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = Int(bits >> 10) & 0x1f
    let fraction = UInt32(bits & 0x3ff)
    switch exponent {
    case 0: self = Float(fraction) * 0x1p-24 * (sign == 0 ? 1 : -1)
    case 0x1f: self.init(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: self.init(bitPattern: sign | UInt32(exponent + 112) << 23 | fraction << 13)
    }
  }
}

extension Double {
  /// The nearest binary16 pattern, ties to even, rounded once.
  package var roundedHalfBits: UInt16 {
    roundedBits(significandBits: 10, minimumExponent: -14, maximumExponent: 15)
  }

  /// The nearest bfloat16 pattern, ties to even, rounded once.
  package var roundedBrainBits: UInt16 {
    roundedBits(significandBits: 7, minimumExponent: -126, maximumExponent: 127)
  }

  private func roundedBits(
    significandBits: Int, minimumExponent: Int, maximumExponent: Int
  ) -> UInt16 {
    let signBit: UInt16 = sign == .minus ? 0x8000 : 0
    let bias = 1 - minimumExponent
    let infinity = UInt16(maximumExponent + bias + 1) << significandBits
    if isNaN { return signBit | infinity | 1 << (significandBits - 1) }
    if isInfinite { return signBit | infinity }
    if isZero { return signBit }
    // In units of the last place at this exponent, subnormals included, rounding is `rounded()`.
    let scale = max(Int(exponent), minimumExponent)
    let units = Double(sign: .plus, exponent: significandBits - scale, significand: magnitude)
      .rounded(.toNearestOrEven)
    guard units < 0x1p20 else { return signBit | infinity }
    let pattern = Int(units) + (scale - minimumExponent) << significandBits
    return signBit | UInt16(min(pattern, Int(infinity)))
  }
}
