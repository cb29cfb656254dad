import Expansion
import TensorCore
import Testing

@Suite struct LeastSquaresTests {
  /// The best matrix of rank 2 keeps the two largest singular values (Eckart and Young), and FC of
  /// rate ½ on four channels has rank 2.
  @Test(arguments: [2, 3])
  func `what a narrow FC misses are the smaller singular values`(factors: Int) throws {
    let values = [8.0, 4, 2, 1]
    let weights = (0..<16).map { $0 % 5 == 0 ? values[$0 / 5] : 0 }
    let original = ConvolutionKernel(
      geometry: KernelGeometry(outputs: 4, inputsPerGroup: 4), weights: weights, bias: nil)
    let residual = try residual(of: original, .fc, rate: 0.5) { $0.fullyConnectedFactors = factors }
    #expect((residual - (5.0 / 85).squareRoot()).magnitude < 1e-6)
  }

  @Test func `a narrow CK misses what it cannot express`() throws {
    var generator = SeededGenerator(seed: 1)
    var geometry = KernelGeometry(outputs: 6, inputsPerGroup: 3, extents: [5, 5])
    geometry.padsBegin = [2, 2]
    geometry.strides = [2, 1]
    let random = generator.kernel(geometry)
    let missed = try residual(of: random, .ck, rate: 1) { _ in }
    // Least squares never does worse than zeros, and 81 + 162 numbers cannot make 450.
    #expect(missed > 0.05 && missed < 1)
  }

  @Test(arguments: UInt64(0)..<40)
  func `the gradient of composition is its adjoint`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let plan = try PreservingProblem(using: &generator).plan
    let chain = plan.factors.map { generator.kernel($0).unbiased }
    let count = try KernelComposition.geometry(of: chain.map(\.geometry)).weightCount
    let slope = (0..<count).map { _ in generator.normal() }
    let gradients = try KernelComposition.gradients(of: chain, slope)
    for (index, gradient) in gradients.enumerated() {
      // Composition is linear in each factor: ⟨dW, compose(… D …)⟩ = ⟨dF_j, D⟩ for any D.
      var moved = chain
      moved[index] = generator.kernel(chain[index].geometry)
      let image = try KernelComposition.compose(moved).weights
      let (left, right) = (dot(slope, image), dot(gradient, moved[index].weights))
      let size = zip(slope, image).reduce(0) { $0 + ($1.0 * $1.1).magnitude }
      // Fewer than 2¹⁶ products along any sum, each rounded to 2⁻⁵³; 2¹¹ is for what cancels in an
      // image's own sums.
      #expect((left - right).magnitude <= 0x1p-26 * size, "seed \(seed), factor \(index)")
    }
  }

  private func residual(
    of original: ConvolutionKernel, _ strategy: ExpansionStrategy, rate: Double,
    _ change: (inout ExpansionOptions) -> Void
  ) throws -> Double {
    var options = ExpansionOptions()
    options.rate = rate
    change(&options)
    let plan = try ExpansionPlan(strategy, for: original.geometry, options: options)
    guard case .none(.misses(let residual)) = LeastSquaresFactors.search(of: plan, for: original)
    else { return 0 }
    return residual
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension ConvolutionKernel {
  fileprivate var unbiased: ConvolutionKernel {
    var geometry = geometry
    geometry.hasBias = false
    return ConvolutionKernel(geometry: geometry, weights: weights, bias: nil)
  }
}
