import TensorCore
import Testing

@Suite struct HalfPrecisionTests {
  @Test func `every finite binary16 pattern survives the way to Double and back`() {
    for bits in UInt16.min...UInt16.max where bits & 0x7c00 != 0x7c00 {
      #expect(Double(Float(halfBits: bits)).roundedHalfBits == bits)
    }
  }

  @Test func `rounding to binary16 agrees with the hardware on random doubles`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let scale = generator.uniform(in: -30..<20)
      let value = generator.normal() * Double(sign: .plus, exponent: Int(scale), significand: 1)
      #expect(value.roundedHalfBits == Float16(value).bitPattern, "value \(value)")
    }
  }
}
