import Expansion
import TensorCore
import TestSupport
import Testing

@Suite struct FactorTests {
  @Test(arguments: UInt64(0)..<60)
  func `preserving factors compose to the original within the bound`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let isConvolution = generator.integer(in: 0...3) > 0
    var geometry = generator.geometry(rank: isConvolution ? 2 : 0)
    if isConvolution { geometry.extents[0] = max(2, geometry.extents[0]) }
    let original = rounding.rounded(generator.kernel(geometry))
    var options = ExpansionOptions()
    options.rate = generator.uniform(in: 1..<4)
    options.fullyConnectedFactors = generator.integer(in: 2...3)
    options.strideAt = Bool.random(using: &generator) ? .middle : .last
    let plan = try ExpansionPlan(isConvolution ? .cl : .fc, for: geometry, options: options)
    let factors = try PreservingFactors.factors(
      of: plan, for: original, rounding: rounding, seed: seed, unit: 0)
    #expect(factors.map(\.geometry) == plan.factors, "seed \(seed)")
    #expect(factors.allSatisfy { rounding.rounded($0) == $0 }, "seed \(seed)")
    let composed = try KernelComposition.compose(factors)
    let bound = try PreserveBound.weightError(
      factors: factors, original: original, rounding: rounding)
    let error = Closeness.maximumDifference(composed.weights, original.weights)
    #expect(error <= bound, "seed \(seed)")
    // Ten roundings of the largest weight: the promise of "a few ULP" for every shape.
    let largest = original.weights.map(\.magnitude).max() ?? 0
    #expect(bound <= 12 * 0x1p-24 * largest, "seed \(seed)")
    #expect(composed.bias == original.bias, "seed \(seed)")
    #expect(composed.geometry.strides == geometry.strides, "seed \(seed)")
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .double])
  func `other floating types are preserved within their own bound`(type: ElementType) throws {
    let rounding = try #require(FloatingRounding(type))
    var generator = SeededGenerator(seed: 5)
    let geometry = KernelGeometry(outputs: 8, inputsPerGroup: 6, extents: [3, 3])
    let original = rounding.rounded(generator.kernel(geometry))
    let plan = try ExpansionPlan(.cl, for: geometry, options: ExpansionOptions())
    let factors = try PreservingFactors.factors(
      of: plan, for: original, rounding: rounding, seed: 1, unit: 0)
    let composed = try KernelComposition.compose(factors)
    let bound = try PreserveBound.weightError(
      factors: factors, original: original, rounding: rounding)
    #expect(Closeness.maximumDifference(composed.weights, original.weights) <= bound)
  }

  @Test func `no factor of a preserving unit is sparse`() throws {
    var generator = SeededGenerator(seed: 2)
    let original = generator.kernel(KernelGeometry(outputs: 8, inputsPerGroup: 6, extents: [3, 3]))
    let plan = try ExpansionPlan(.cl, for: original.geometry, options: ExpansionOptions())
    let factors = try PreservingFactors.factors(
      of: plan, for: original, rounding: rounding, seed: 9, unit: 0)
    for factor in factors { #expect(!factor.weights.contains(0)) }
  }

  @Test func `keeping the function is refused where the unit is too narrow or CK`() throws {
    var generator = SeededGenerator(seed: 4)
    let original = generator.kernel(KernelGeometry(outputs: 4, inputsPerGroup: 6, extents: [5, 5]))
    func refusal(_ strategy: ExpansionStrategy, rate: Double) throws -> ExpansionRefusal? {
      var options = ExpansionOptions()
      options.rate = rate
      let plan = try ExpansionPlan(strategy, for: original.geometry, options: options)
      do {
        _ = try PreservingFactors.factors(
          of: plan, for: original, rounding: rounding, seed: 0, unit: 0)
        return nil
      } catch {
        return error
      }
    }
    #expect(try refusal(.ck, rate: 4) == .preserveUnavailableForCK)
    #expect(try refusal(.cl, rate: 0.5) == .preserveNeedsWidth(factor: 0, available: 3, needed: 6))
    #expect(try refusal(.cl, rate: 1) == nil)
  }

  @Test func `random factors fill PyTorch's default range and differ by seed and unit`() {
    let geometry = KernelGeometry(
      outputs: 64, inputsPerGroup: 4, group: 2, extents: [3, 3], hasBias: true)
    var generator = SeededGenerator(seed: 8)
    let kernel = RandomFactors.kernel(geometry, using: &generator)
    let bound = 1 / Double(4 * 9).squareRoot()
    let numbers = kernel.weights + (kernel.bias ?? [])
    #expect(numbers.allSatisfy { $0.magnitude <= bound })
    // Of 2368 uniform draws, all staying under 0.98 of the range has odds of 0.98^2368 < 10⁻²⁰.
    #expect(numbers.contains { $0 > 0.98 * bound } && numbers.contains { $0 < -0.98 * bound })
    var other = SeededGenerator(seed: 9)
    #expect(RandomFactors.kernel(geometry, using: &other) != kernel)
  }

  private let rounding = FloatingRounding(.float)!
}
