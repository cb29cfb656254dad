/// How the composition of a chain changes with all of its factors at once: W̃' = J·D, dF = Jᵀ·dW̃.
///
/// With W_j for the composition of the first j factors, and biases left out,
///
///     W_1' = D_1,   W_j' = F_j∘W'_{j−1} + D_j∘W_{j−1}
struct CompositionDerivative {
  private let chain: [ConvolutionKernel]
  /// W_1, W_2 …, the last of them the composition of the whole chain.
  private let prefixes: [ConvolutionKernel]
  /// Of each composition but the first.
  private let pairs: [PairGradient]

  init(_ chain: [ConvolutionKernel]) throws(CompositionFailure) {
    self.chain = chain
    var prefixes: [ConvolutionKernel] = []
    for (index, factor) in chain.enumerated() {
      guard let last = prefixes.last else {
        prefixes.append(factor)
        continue
      }
      prefixes.append(try KernelComposition.compose(last, then: factor, factor: index))
    }
    self.prefixes = prefixes
    pairs = chain.indices.dropFirst().map {
      PairGradient(prefixes[$0 - 1], chain[$0], composed: prefixes[$0].geometry)
    }
  }

  /// The weights of the composition.
  var composed: [Double] { prefixes.last?.weights ?? [] }

  /// J·D, one number per weight of the composition.
  ///
  /// - Parameter directions: as many numbers as the factors have weights, one factor after another.
  func applied(to directions: [Double]) throws(CompositionFailure) -> [Double] {
    var change: ConvolutionKernel?
    var start = 0
    for (index, factor) in chain.enumerated() {
      let geometry = factor.geometry
      let own = ConvolutionKernel(
        geometry: geometry, weights: Array(directions[start..<start + geometry.weightCount]),
        bias: nil)
      start += geometry.weightCount
      guard let before = change else {
        change = own
        continue
      }
      let first = try KernelComposition.compose(before, then: factor, factor: index)
      let second = try KernelComposition.compose(prefixes[index - 1], then: own, factor: index)
      change = ConvolutionKernel(
        geometry: first.geometry, weights: zip(first.weights, second.weights).map(+), bias: nil)
    }
    return change?.weights ?? []
  }

  /// Jᵀ·dW̃, of each factor.
  func gradients(_ gradient: [Double]) -> [[Double]] {
    var gradients: [[Double]] = []
    var remaining = gradient
    for pair in pairs.reversed() {
      gradients.insert(pair.second(remaining), at: 0)
      remaining = pair.first(remaining)
    }
    return [remaining] + gradients
  }
}
