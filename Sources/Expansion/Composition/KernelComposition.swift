import TensorCore

/// The algebra that makes one convolution of a chain of convolutions.
///
///     W[o, i, (d_B·s_A)·v + d_A·t] += Σ_p B[o, p, v] · A[p, i, t]
///     b[o] = Σ_{v,p} B[o, p, v] · b_A[p] + b_B[o]
///
/// per group, for a factor A and the factor B after it. Everything is computed in Double; rounding
/// the result, once, is the caller's. Source: expansion of convolutions, ExpandNets section 3.
package enum KernelComposition {
  /// The one kernel that equals the chain, the first factor first, associated where it is cheapest.
  ///
  /// The result has a bias where any factor has one.
  package static func compose(
    _ chain: [ConvolutionKernel]
  ) throws(CompositionFailure) -> ConvolutionKernel {
    let geometries = chain.map(\.geometry)
    _ = try geometry(of: geometries)
    for (index, factor) in chain.enumerated().dropFirst() where factor.geometry.addsZeros {
      if chain[..<index].contains(where: \.hasNonzeroBias) {
        throw .innerPadding(factor: index, cause: .biased)
      }
    }
    return try composeInOrder(chain, try AssociationOrder(cheapestFor: geometries), from: 0)
  }

  private static func composeInOrder(
    _ chain: [ConvolutionKernel], _ order: AssociationOrder, from first: Int
  ) throws(CompositionFailure) -> ConvolutionKernel {
    guard case .pair(let left, let right) = order else { return chain[first] }
    return try compose(
      composeInOrder(chain, left, from: first),
      then: composeInOrder(chain, right, from: first + left.count), factor: first + left.count)
  }

  static func compose(
    _ a: ConvolutionKernel, then b: ConvolutionKernel, factor: Int
  ) throws(CompositionFailure) -> ConvolutionKernel {
    let geometry = try geometry(of: a.geometry, then: b.geometry, factor: factor)
    // After a 1×1 the taps of A stay where they are, beside its inputs: one product does for all.
    let isNarrowing = b.geometry.taps == 1
    let width = isNarrowing ? a.geometry.taps : 1
    let targets = isNarrowing ? [0] : tapTargets(a.geometry, b.geometry, composed: geometry)
    let second = b.tapMajorWeights
    let tapsOfA = isNarrowing ? 1 : a.geometry.taps
    let group = geometry.group
    let rows = geometry.outputsPerGroup
    let inner = a.geometry.outputsPerGroup
    let columns = geometry.inputsPerGroup * width
    var composed = [Double](count: geometry.weightCount) { $0.initialize(repeating: 0) }
    func multiply(_ a1: StoredWeights) {
      composed.withUnsafeMutableBufferPointer { composed in
        second.withUnsafeBufferPointer { second in
          guard let c = composed.baseAddress, let b1 = second.baseAddress else { return }
          Parallel.perform(group) { g in
            let pairs = targets.enumerated().map { pair, target in
              let (v, t) = pair.quotientAndRemainder(dividingBy: tapsOfA)
              return (
                left: MatrixProduct.Matrix(
                  start: b1 + (v * group + g) * rows * inner, stride: inner),
                right: MatrixProduct.StoredMatrix(
                  start: a1 + (t * group + g) * inner * columns, stride: columns),
                target: c + (target * group + g) * rows * columns
              )
            }
            MatrixProduct.accumulate(
              rows: rows, inner: inner, columns: columns, into: columns, pairs)
          }
        }
      }
    }
    if isNarrowing || a.geometry.taps == 1 {
      a.withStoredWeights(multiply)
    } else {
      a.tapMajorWeights.withUnsafeBufferPointer { $0.baseAddress.map { multiply(.doubles($0)) } }
    }
    let bias = composedBias(a, b)
    return isNarrowing
      ? ConvolutionKernel(geometry: geometry, weights: composed, bias: bias)
      : ConvolutionKernel(geometry: geometry, tapMajorWeights: composed, bias: bias)
  }

  /// For each tap v of B, and in it each tap t of A, the tap of the composition.
  package static func tapTargets(
    _ a: KernelGeometry, _ b: KernelGeometry, composed: KernelGeometry
  ) -> [Int] {
    let strides = Shape.strides(composed.extents)
    var offsetsA = [0]
    var offsetsB = [0]
    for axis in a.extents.indices {
      guard let lattice = TapLattice(a, b, axis: axis) else { return [] }
      offsetsA = offsetsA.flatMap { base in
        (0..<a.extents[axis]).map { base + $0 * lattice.firstStep * strides[axis] }
      }
      offsetsB = offsetsB.flatMap { base in
        (0..<b.extents[axis]).map { base + $0 * lattice.secondStep * strides[axis] }
      }
    }
    return offsetsB.flatMap { v in offsetsA.map { v + $0 } }
  }

  private static func composedBias(_ a: ConvolutionKernel, _ b: ConvolutionKernel) -> [Double]? {
    guard let first = a.bias else { return b.bias }
    var bias = b.bias ?? [Double](repeating: 0, count: b.geometry.outputs)
    guard a.hasNonzeroBias else { return bias }
    let inner = b.geometry.inputsPerGroup
    let taps = b.geometry.taps
    let weights = b.weights
    for o in bias.indices {
      let group = o / b.geometry.outputsPerGroup
      for p in 0..<inner {
        let start = (o * inner + p) * taps
        let sum = weights[start..<start + taps].reduce(0, +)
        bias[o] += sum * first[group * inner + p]
      }
    }
    return bias
  }
}
