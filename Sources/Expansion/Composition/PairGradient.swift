/// The gradients of the composition of two factors, A first, as plain sums over both kernels.
struct PairGradient {
  private let a: ConvolutionKernel
  private let b: ConvolutionKernel
  private let composed: KernelGeometry
  /// For each tap v of B, and in it each tap t of A, the tap of the composition.
  private let targets: [Int]

  init(_ a: ConvolutionKernel, _ b: ConvolutionKernel, composed: KernelGeometry) {
    self.a = a
    self.b = b
    self.composed = composed
    targets = KernelComposition.tapTargets(a.geometry, b.geometry, composed: composed)
  }

  func first(_ gradient: [Double]) -> [Double] {
    let weights = b.weights
    var result = [Double](repeating: 0, count: a.geometry.weightCount)
    forEach { first, second, target in result[first] += weights[second] * gradient[target] }
    return result
  }

  func second(_ gradient: [Double]) -> [Double] {
    let weights = a.weights
    var result = [Double](repeating: 0, count: b.geometry.weightCount)
    forEach { first, second, target in result[second] += weights[first] * gradient[target] }
    return result
  }

  /// Calls `body` with the places of every product of the composition: in A, in B, in the result.
  private func forEach(_ body: (Int, Int, Int) -> Void) {
    let (tapsA, tapsB, taps) = (a.geometry.taps, b.geometry.taps, composed.taps)
    let (rows, inner) = (b.geometry.outputsPerGroup, b.geometry.inputsPerGroup)
    let columns = a.geometry.inputsPerGroup
    for output in 0..<b.geometry.outputs {
      let group = output / rows
      for p in 0..<inner {
        for v in 0..<tapsB {
          let second = (output * inner + p) * tapsB + v
          for input in 0..<columns {
            let first = ((group * inner + p) * columns + input) * tapsA
            let base = (output * columns + input) * taps
            for t in 0..<tapsA { body(first + t, second, base + targets[v * tapsA + t]) }
          }
        }
      }
    }
  }
}
