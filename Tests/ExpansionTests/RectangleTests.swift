import Expansion
import TensorCore
import TestSupport
import Testing

/// CK that keeps the function, of kernels with any odd extents and at any rate.
@Suite struct `Kernels of any odd extents` {
  /// A kernel and the rate that it is expanded by.
  struct Case: CustomStringConvertible, Sendable {
    var extents: [Int]
    var inputs: Int
    var outputs: Int
    var rate = 4.0

    var description: String { "\(extents) \(inputs)→\(outputs), r = \(rate)" }

    /// From a seed alone: one to three axes of 1 … 9 taps, some axis of 5 or more.
    init(seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      let rank = generator.integer(in: 1...3)
      extents = (0..<rank).map { _ in 2 * generator.integer(in: 0...4) + 1 }
      let axis = generator.integer(in: 0...rank - 1)
      extents[axis] = max(5, extents[axis])
      (inputs, outputs) = (generator.integer(in: 1...12), generator.integer(in: 1...12))
      rate = [1, 2, 3, 4, 6][generator.integer(in: 0...4)]
    }

    init(_ extents: [Int], _ inputs: Int, _ outputs: Int, rate: Double = 4) {
      (self.extents, self.inputs, self.outputs, self.rate) = (extents, inputs, outputs, rate)
    }
  }

  /// What became of a case: its factors, in Double, before they are mixed where they were searched
  /// for, or why there are none.
  enum Outcome {
    case byRule([ConvolutionKernel])
    case searched([ConvolutionKernel])
    case refused(NarrowUnit.Search)
  }

  /// At r = 4 all these have factors by rule but the last two.
  static let rectangles = [
    Case([3, 5], 8, 8), Case([3, 5], 8, 4), Case([3, 5], 4, 8), Case([5, 3], 8, 8),
    Case([3, 7], 8, 8), Case([7, 3], 6, 8), Case([1, 5], 8, 8), Case([3, 5, 3], 8, 8),
    Case([9, 3], 8, 8), Case([3, 7], 4, 8), Case([5, 3, 7], 2, 3),
  ]

  @Test(arguments: rectangles)
  func `of 3 taps one way and more another are expanded at the rate of squares`(
    rectangle: Case
  ) throws {
    switch try check(rectangle, seed: 1) {
    case .byRule: #expect(CKTiling(rectangle).fits(widths(rectangle)))
    case .searched: #expect(!CKTiling(rectangle).fits(widths(rectangle)))
    case .refused(let search): Issue.record("\(rectangle): \(search)")
    }
  }

  @Test func `of 3×5 from 8 to 8 channels take r = 2 by rule, with blocks of the outputs`() throws {
    let rectangle = Case([3, 5], 8, 8, rate: 2)
    guard case .byRule(let factors) = try check(rectangle, seed: 2) else {
      Issue.record("no factors by rule")
      return
    }
    #expect(factors.map(\.geometry.outputs) == [16, 8])
    #expect(factors.map(\.geometry.extents) == [[3, 3], [1, 3]])
  }

  @Test(arguments: [
    (Case([5, 5], 8, 8), 1), (Case([9, 9], 3, 8), 1), (Case([3, 5], 8, 8, rate: 6), 1),
    (Case([3, 5], 8, 8), 0), (Case([3, 7], 8, 8), 0), (Case([17], 2, 2, rate: 3), 2),
  ])
  func `have their second factor free where that fits, and else another`(
    problem: Case, free: Int
  ) throws {
    #expect(try PreservingFactors.freeFactor(of: plan(problem)) == free)
  }

  /// All of these have more unknowns than the kernel has weights.
  @Test(arguments: [
    Case([5, 5], 8, 8, rate: 2), Case([7, 7], 4, 4, rate: 3), Case([3, 7], 4, 8),
    Case([5, 5, 5], 2, 3), Case([5], 3, 3, rate: 1.5),
  ])
  func `too narrow for rules are searched for, and found`(narrow: Case) throws {
    guard case .searched = try check(narrow, seed: 3) else {
      Issue.record("\(narrow) was not searched for, or not found")
      return
    }
    #expect(!CKTiling(narrow).fits(widths(narrow)))
  }

  @Test func `of zeros have factors at any rate`() throws {
    let square = Case([5, 5], 3, 2, rate: 0.5)
    let plan = try plan(square)
    let zeros = ConvolutionKernel(
      geometry: geometry(square), weights: [Double](repeating: 0, count: 150), bias: nil)
    guard case .found(let factors) = LeastSquaresFactors.search(of: plan, for: zeros) else {
      Issue.record("none were found")
      return
    }
    let made = try PreservingFactors.factors(
      of: plan, for: zeros, searched: factors, seed: 0, unit: 0)
    #expect(try KernelComposition.compose(made).weights.allSatisfy { $0 == 0 })
  }

  @Test(arguments: UInt64(0)..<200)
  func `are kept exactly, or refused with what the best factors miss`(seed: UInt64) throws {
    let problem = Case(seed: seed)
    let outcome = try check(problem, seed: seed)
    let isByRule = CKTiling(problem).fits(widths(problem))
    switch outcome {
    case .byRule: #expect(isByRule, "seed \(seed): \(problem)")
    case .searched, .refused: #expect(!isByRule, "seed \(seed): \(problem)")
    }
  }

  @Test func `are given the same factors each time, and others with another seed`() throws {
    let narrow = Case([5, 5], 3, 3, rate: 2)
    var generator = SeededGenerator(seed: 6)
    let original = generator.kernel(geometry(narrow))
    let plan = try plan(narrow)
    func factors(_ seed: UInt64) throws -> [ConvolutionKernel] {
      let outcome = LeastSquaresFactors.search(of: plan, for: original)
      guard case .found(let searched) = outcome else { return [] }
      return try PreservingFactors.factors(
        of: plan, for: original, searched: searched, seed: seed, unit: 0)
    }
    let first = try factors(1)
    #expect(!first.isEmpty)
    #expect(try factors(1) == first)
    #expect(try factors(2) != first)
  }

  /// Makes the factors and holds them to what is promised of them.
  private func check(_ problem: Case, seed: UInt64) throws -> Outcome {
    var generator = SeededGenerator(seed: seed)
    let rounding = try #require(FloatingRounding(.float))
    let original = rounding.rounded(generator.kernel(geometry(problem)))
    let plan = try plan(problem)
    let outcome = try outcome(of: plan, for: original, seed: seed)
    let (factors, free): ([ConvolutionKernel], Int)
    let (sized, roundings): ([ConvolutionKernel], Double)
    switch outcome {
    case .byRule(let made):
      (factors, free) = (made, try PreservingFactors.freeFactor(of: plan))
      // What `PreserveBound` derives to be enough for factors by rule.
      (sized, roundings) = (factors, 12)
    case .searched(let found):
      factors = try PreservingFactors.factors(
        of: plan, for: original, searched: found, seed: seed, unit: 0)
      free = factors.count - 1
      (sized, roundings) = (found, LeastSquaresFactors.mostRoundings)
    case .refused(let search):
      switch search {
      case .tooCostly: break
      case .misses(let residual):
        #expect(residual > LeastSquaresFactors.exactness, "seed \(seed): \(problem)")
      case .magnifies(let roundings):
        #expect(roundings > LeastSquaresFactors.mostRoundings, "seed \(seed): \(problem)")
      }
      return outcome
    }
    #expect(factors.map(\.geometry) == plan.factors, "seed \(seed): \(problem)")
    let largest = original.weights.map(\.magnitude).max() ?? 0
    // What `PreserveBound` leaves to arithmetic in Double.
    let composed = try KernelComposition.compose(factors)
    let error = Closeness.maximumDifference(composed.weights, original.weights)
    #expect(error <= 0x1p-40 * largest, "seed \(seed): \(problem)")
    let rounded = factors.map(rounding.rounded)
    let stored = try KernelComposition.compose(rounded)
    let moved = Closeness.maximumDifference(stored.weights, original.weights)
    let bound = try PreserveBound.weightError(
      factors: rounded, original: original, rounding: rounding)
    #expect(moved <= bound, "seed \(seed): \(problem)")
    let size = try PreserveBound.weightError(
      factors: sized, original: original, rounding: rounding)
    #expect(size <= roundings * rounding.unitRoundoff * largest, "seed \(seed): \(problem)")
    let condition = PreservingFactors.condition(of: factors, free: free)
    #expect(condition < 1 + 0x1p-18, "seed \(seed): \(problem)")
    return outcome
  }

  private func outcome(
    of plan: ExpansionPlan, for original: ConvolutionKernel, seed: UInt64
  ) throws -> Outcome {
    do {
      return .byRule(try PreservingFactors.factors(of: plan, for: original, seed: seed, unit: 0))
    } catch {
      guard case .preserveNeedsWidth = error else { throw error }
    }
    switch LeastSquaresFactors.search(of: plan, for: original) {
    case .none(let search): return .refused(search)
    case .found(let searched): return .searched(searched)
    }
  }

  private func geometry(_ problem: Case) -> KernelGeometry {
    KernelGeometry(
      outputs: problem.outputs, inputsPerGroup: problem.inputs, extents: problem.extents)
  }

  private func plan(_ problem: Case) throws -> ExpansionPlan {
    var options = ExpansionOptions()
    options.rate = problem.rate
    return try ExpansionPlan(.ck, for: geometry(problem), options: options)
  }

  /// r·m after the first factor, then r·n.
  private func widths(_ problem: Case) -> [Int] {
    let factors = ((problem.extents.max() ?? 1) - 1) / 2
    return (1..<factors).map {
      max(1, Int((problem.rate * Double($0 == 1 ? problem.inputs : problem.outputs)).rounded()))
    }
  }
}

extension CKTiling {
  fileprivate init(_ problem: `Kernels of any odd extents`.Case) {
    self.init(inputs: problem.inputs, outputs: problem.outputs, kernel: problem.extents)
  }
}
