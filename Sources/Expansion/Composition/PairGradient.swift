import TensorCore

/// The gradients of the composition of two factors, A first:
///
///     dA_t += Σ_v B_vᵀ · dW_τ(v, t)        dB_v += Σ_t dW_τ(v, t) · A_tᵀ
///
/// with one matrix per tap and group, outputs × inputs, and τ(v, t) the tap of the composition.
struct PairGradient {
  private let a: KernelGeometry
  private let b: KernelGeometry
  private let composed: KernelGeometry
  /// For each tap v of B, and in it each tap t of A, the tap of the composition.
  private let targets: [Int]
  /// A_tᵀ and B_vᵀ, of each tap and group in turn.
  private let transposedA: [Double]
  private let transposedB: [Double]

  init(_ a: ConvolutionKernel, _ b: ConvolutionKernel, composed: KernelGeometry) {
    (self.a, self.b) = (a.geometry.unbiased, b.geometry.unbiased)
    self.composed = composed.unbiased
    targets = KernelComposition.tapTargets(a.geometry, b.geometry, composed: composed)
    transposedA = a.transposedMatrices
    transposedB = b.transposedMatrices
  }

  /// dA of dW, each one number per weight.
  func first(_ gradient: [Double]) -> [Double] {
    let size = (inner: b.inputsPerGroup, rows: b.outputsPerGroup, columns: a.inputsPerGroup)
    return product(
      transposedB, tapMajor(gradient), for: a,
      (rows: size.inner, inner: size.rows, columns: size.columns)
    ) { v, t, target in (left: v, right: target, target: t) }
  }

  /// dB of dW.
  func second(_ gradient: [Double]) -> [Double] {
    let size = (inner: b.inputsPerGroup, rows: b.outputsPerGroup, columns: a.inputsPerGroup)
    return product(
      tapMajor(gradient), transposedA, for: b,
      (rows: size.rows, inner: size.columns, columns: size.inner)
    ) { v, t, target in (left: target, right: t, target: v) }
  }

  private func tapMajor(_ gradient: [Double]) -> [Double] {
    ConvolutionKernel(geometry: composed, weights: gradient, bias: nil).tapMajorWeights
  }

  /// The weights of `geometry` that are sums of products of matrices, those of each pair of taps.
  private func product(
    _ left: [Double], _ right: [Double], for geometry: KernelGeometry,
    _ size: (rows: Int, inner: Int, columns: Int),
    _ taps: (Int, Int, Int) -> (left: Int, right: Int, target: Int)
  ) -> [Double] {
    var result = [Double](repeating: 0, count: geometry.weightCount)
    let group = geometry.group
    result.withUnsafeMutableBufferPointer { result in
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          guard let c = result.baseAddress, let a1 = left.baseAddress, let b1 = right.baseAddress
          else { return }
          for g in 0..<group {
            let pairs = targets.enumerated().map { pair, target in
              let (v, t) = pair.quotientAndRemainder(dividingBy: a.taps)
              let tap = taps(v, t, target)
              return (
                left: MatrixProduct.Matrix(
                  start: a1 + (tap.left * group + g) * size.rows * size.inner, stride: size.inner),
                right: MatrixProduct.StoredMatrix(
                  start: .doubles(b1 + (tap.right * group + g) * size.inner * size.columns),
                  stride: size.columns),
                target: c + (tap.target * group + g) * size.rows * size.columns
              )
            }
            MatrixProduct.accumulate(
              rows: size.rows, inner: size.inner, columns: size.columns, into: size.columns, pairs)
          }
        }
      }
    }
    return ConvolutionKernel(geometry: geometry, tapMajorWeights: result, bias: nil).weights
  }
}

extension KernelGeometry {
  fileprivate var unbiased: KernelGeometry {
    var geometry = self
    geometry.hasBias = false
    return geometry
  }
}

extension ConvolutionKernel {
  /// One matrix per tap and group, inputs × outputs of the group.
  fileprivate var transposedMatrices: [Double] {
    let (rows, columns) = (geometry.outputsPerGroup, geometry.inputsPerGroup)
    let source = tapMajorWeights
    var result = [Double](repeating: 0, count: source.count)
    for start in stride(from: 0, to: source.count, by: rows * columns) {
      for row in 0..<rows {
        for column in 0..<columns {
          result[start + column * rows + row] = source[start + row * columns + column]
        }
      }
    }
    return result
  }
}
