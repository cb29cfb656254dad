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
  private let weightsOfA: ConvolutionKernel
  private let weightsOfB: ConvolutionKernel
  /// The taps v of B and t of A, and the tap of the composition that they make.
  private let taps: [(v: Int, t: Int, target: Int)]

  init(_ a: ConvolutionKernel, _ b: ConvolutionKernel, composed: KernelGeometry) {
    (self.a, self.b) = (a.geometry.unbiased, b.geometry.unbiased)
    (weightsOfA, weightsOfB) = (a, b)
    self.composed = composed.unbiased
    let tapsOfA = a.geometry.taps
    taps = KernelComposition.tapTargets(a.geometry, b.geometry, composed: composed)
      .enumerated().map { ($0 / tapsOfA, $0 % tapsOfA, $1) }
  }

  /// dA of dW, each one number per weight.
  func first(_ gradient: [Double]) -> [Double] {
    let product = TapProducts(
      rows: b.inputsPerGroup, inner: b.outputsPerGroup, columns: a.inputsPerGroup,
      leftTaps: b.taps, targetTaps: a.taps, taps.map { ($0.v, $0.target, $0.t) })
    return gradients(of: a, gradient, weightsOfB) { group, c, dW, weights in
      product.write(
        weights.matrices(b, group).transposed, dW.matrices(composed, group),
        to: .init(start: c, a))
    }
  }

  /// dB of dW.
  func second(_ gradient: [Double]) -> [Double] {
    let product = TapProducts(
      rows: b.outputsPerGroup, inner: a.inputsPerGroup, columns: b.inputsPerGroup,
      leftTaps: composed.taps, targetTaps: b.taps, taps.map { ($0.target, $0.t, $0.v) })
    return gradients(of: b, gradient, weightsOfA) { group, c, dW, weights in
      product.write(
        dW.matrices(composed, group), weights.matrices(a, group).transposed,
        to: .init(start: c, b))
    }
  }

  /// One number per weight of `geometry`: what `write` makes of each group's.
  private func gradients(
    of geometry: KernelGeometry, _ gradient: [Double], _ other: ConvolutionKernel,
    _ write: (Int, UnsafeMutablePointer<Double>, StoredWeights, StoredWeights) -> Void
  ) -> [Double] {
    [Double](count: geometry.weightCount) { result in
      guard let c = result.baseAddress else { return }
      gradient.withUnsafeBufferPointer { gradient in
        guard let dW = gradient.baseAddress else { return }
        other.withStoredWeights { weights in
          for group in 0..<geometry.group {
            write(
              group, c + group * geometry.weightCount / geometry.group, .doubles(dW), weights)
          }
        }
      }
    }
  }
}

extension KernelGeometry {
  fileprivate var unbiased: KernelGeometry {
    var geometry = self
    geometry.hasBias = false
    return geometry
  }
}

extension StoredWeights {
  /// A group's matrices of outputs × inputs, of a kernel's weights.
  fileprivate func matrices(_ geometry: KernelGeometry, _ group: Int) -> TapProducts.Matrices {
    TapProducts.Matrices(
      start: self + group * geometry.weightCount / geometry.group,
      row: geometry.inputsPerGroup * geometry.taps, column: geometry.taps, tap: 1)
  }
}

extension TapProducts.Matrices {
  fileprivate var transposed: Self { Self(start: start, row: column, column: row, tap: tap) }
}

extension TapProducts.Targets {
  fileprivate init(start: UnsafeMutablePointer<Double>, _ geometry: KernelGeometry) {
    self.init(
      start: start, row: geometry.inputsPerGroup * geometry.taps, column: geometry.taps, tap: 1)
  }
}
