import Expansion
import TensorCore
import TestSupport
import Testing

@Suite struct FactorTests {
  @Test(arguments: UInt64(0)..<200)
  func `preserving factors compose to the original within the bound`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let problem = try PreservingProblem(using: &generator)
    let original = rounding.rounded(problem.original)
    let factors = try PreservingFactors.factors(
      of: problem.plan, for: original, rounding: rounding, seed: seed, unit: 0)
    #expect(factors.map(\.geometry) == problem.plan.factors, "seed \(seed)")
    #expect(factors.allSatisfy { rounding.rounded($0) == $0 }, "seed \(seed)")
    let composed = try KernelComposition.compose(factors)
    let bound = try PreserveBound.weightError(
      factors: factors, original: original, rounding: rounding)
    let error = Closeness.maximumDifference(composed.weights, original.weights)
    #expect(error <= bound, "seed \(seed)")
    #expect(bound <= fewRoundings(of: original), "seed \(seed)")
    #expect(composed.bias == original.bias, "seed \(seed)")
    #expect(composed.geometry.strides == original.geometry.strides, "seed \(seed)")
  }

  /// A stage of the mixing or of the solution errs by a few roundings of Double: of some 60 stages,
  /// each of at most 2⁻⁵² of the rows' norm, which is at most √(m·n·taps) < 2⁶ weights here.
  @Test(arguments: UInt64(0)..<200)
  func `in Double preserving factors are exact to its rounding`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let problem = try PreservingProblem(using: &generator)
    let factors = try PreservingFactors.factors(
      of: problem.plan, for: problem.original, seed: seed, unit: 0)
    let composed = try KernelComposition.compose(factors)
    let largest = problem.original.weights.map(\.magnitude).max() ?? 0
    let error = Closeness.maximumDifference(composed.weights, problem.original.weights)
    #expect(error <= 0x1p-40 * largest, "seed \(seed)")
  }

  /// At the least width, r = 1, the bound is widest; it does not grow with the channels.
  @Test(arguments: [[3, 3], [1, 1, 5], []])
  func `wide nodes are preserved as well as narrow ones`(extents: [Int]) throws {
    var generator = SeededGenerator(seed: 3)
    let original = rounding.rounded(
      generator.kernel(KernelGeometry(outputs: 150, inputsPerGroup: 97, extents: extents)))
    var options = ExpansionOptions()
    options.rate = 1
    let plan = try ExpansionPlan(
      extents.isEmpty ? .fc : .cl, for: original.geometry, options: options)
    let factors = try PreservingFactors.factors(
      of: plan, for: original, rounding: rounding, seed: 1, unit: 0)
    let bound = try PreserveBound.weightError(
      factors: factors, original: original, rounding: rounding)
    let composed = try KernelComposition.compose(factors)
    #expect(Closeness.maximumDifference(composed.weights, original.weights) <= bound)
    #expect(bound <= fewRoundings(of: original))
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .double], [3, 7])
  func `other floating types are preserved within their own bound`(
    type: ElementType, extent: Int
  ) throws {
    let rounding = try #require(FloatingRounding(type))
    var generator = SeededGenerator(seed: 5)
    let geometry = KernelGeometry(outputs: 8, inputsPerGroup: 6, extents: [extent, extent])
    let original = rounding.rounded(generator.kernel(geometry))
    let plan = try ExpansionPlan(
      extent == 3 ? .cl : .ck, for: geometry, options: ExpansionOptions())
    let factors = try PreservingFactors.factors(
      of: plan, for: original, rounding: rounding, seed: 1, unit: 0)
    let composed = try KernelComposition.compose(factors)
    let bound = try PreserveBound.weightError(
      factors: factors, original: original, rounding: rounding)
    #expect(Closeness.maximumDifference(composed.weights, original.weights) <= bound)
    // Double's own arithmetic is not below its rounding.
    if type != .double { #expect(bound <= fewRoundings(of: original, rounding)) }
  }

  /// Every factor but the free one has orthonormal rows or columns before it is rounded to Float,
  /// which moves singular values by at most 2⁻²⁴ of the norm, √(rows) < 2⁴.
  @Test(arguments: UInt64(0)..<60)
  func `preserving factors are well conditioned, dense and unlike each other`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let problem = try PreservingProblem(using: &generator)
    let factors = try PreservingFactors.factors(
      of: problem.plan, for: problem.original, rounding: rounding, seed: seed, unit: 0)
    let free = try PreservingFactors.freeFactor(of: problem.plan)
    let condition = PreservingFactors.condition(of: factors, free: free)
    #expect(condition < 1 + 0x1p-18, "seed \(seed)")
    for factor in factors {
      #expect(!factor.weights.contains(0), "seed \(seed)")
      let geometry = factor.geometry
      let length = factor.weights.count / geometry.outputs
      guard length > 1 || geometry.outputsPerGroup > 1 else { continue }
      let channels = (0..<geometry.outputs).map {
        Array(factor.weights[$0 * length..<($0 + 1) * length])
      }
      // A channel alone in its group is ±1 times one number.
      if geometry.outputsPerGroup > 1 { #expect(Set(channels).count == geometry.outputs) }
    }
  }

  @Test func `the condition is that of the singular values`() throws {
    // Rows of norm 3, 4 and 5 along different inputs, in a group each.
    let geometry = KernelGeometry(outputs: 3, inputsPerGroup: 1, group: 3, extents: [2])
    let kernel = ConvolutionKernel(geometry: geometry, weights: [3, 0, 0, 4, 3, -4], bias: nil)
    let free = ConvolutionKernel(
      geometry: KernelGeometry(outputs: 1, inputsPerGroup: 1), weights: [7], bias: nil)
    let condition = PreservingFactors.condition(of: [kernel, free], free: 1)
    #expect((condition - 5 / 3.0).magnitude < 1e-9)
    let flat = ConvolutionKernel(
      geometry: KernelGeometry(outputs: 2, inputsPerGroup: 2), weights: [1, 2, 2, 4], bias: nil)
    #expect(PreservingFactors.condition(of: [flat, free], free: 1) > 1e6)
  }

  @Test func `keeping the function is refused where the unit is too narrow`() throws {
    var generator = SeededGenerator(seed: 4)
    let original = generator.kernel(KernelGeometry(outputs: 4, inputsPerGroup: 6, extents: [7, 7]))
    func refusal(_ strategy: ExpansionStrategy, rate: Double) throws -> ExpansionRefusal? {
      var options = ExpansionOptions()
      options.rate = rate
      let plan = try ExpansionPlan(strategy, for: original.geometry, options: options)
      do {
        _ = try PreservingFactors.factors(of: plan, for: original, seed: 0, unit: 0)
        return nil
      } catch {
        return error
      }
    }
    #expect(
      try refusal(.ck, rate: 3.5)
        == .preserveNeedsWidth(
          NarrowUnit(strategy: .ck, factor: 0, available: 21, needed: 24, sufficientRate: 4)))
    #expect(try refusal(.ck, rate: 4) == nil)
    #expect(
      try refusal(.cl, rate: 0.5)
        == .preserveNeedsWidth(
          NarrowUnit(strategy: .cl, factor: 0, available: 3, needed: 6, sufficientRate: 1)))
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

  /// Twelve roundings of the largest weight, which `PreserveBound` derives to be enough for a rate
  /// of 1 or more.
  private func fewRoundings(
    of original: ConvolutionKernel, _ rounding: FloatingRounding = FloatingRounding(.float)!
  ) -> Double {
    12 * rounding.unitRoundoff * (original.weights.map(\.magnitude).max() ?? 0)
  }
}
