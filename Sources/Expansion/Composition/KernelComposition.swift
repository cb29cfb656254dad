import CMatrixProduct
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
    let (tapsOfA, tapsOfB) = (a.geometry.taps / width, b.geometry.taps)
    let (rows, inner) = (geometry.outputsPerGroup, a.geometry.outputsPerGroup)
    let columns = geometry.inputsPerGroup * width
    let taps = geometry.taps / width
    let targets = isNarrowing ? [0] : tapTargets(a.geometry, b.geometry, composed: geometry)
    let product = TapProducts(
      rows: rows, inner: inner, columns: columns, leftTaps: tapsOfB, targetTaps: taps,
      targets.enumerated().map { pair, target in (pair / tapsOfA, pair % tapsOfA, target) })
    let composed = [Double](count: geometry.weightCount) { composed in
      guard let c = composed.baseAddress else { return }
      a.withStoredWeights { a in
        b.withStoredWeights { b in
          Parallel.perform(geometry.group) { g in
            product.write(
              TapProducts.Matrices(
                start: b + g * rows * inner * tapsOfB, row: inner * tapsOfB, column: tapsOfB,
                tap: 1),
              TapProducts.Matrices(
                start: a + g * inner * columns * tapsOfA, row: columns * tapsOfA, column: tapsOfA,
                tap: 1),
              to: TapProducts.Targets(
                start: c + g * rows * columns * taps, row: columns * taps, column: taps, tap: 1))
          }
        }
      }
    }
    return ConvolutionKernel(geometry: geometry, weights: composed, bias: composedBias(a, b))
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
    let (rows, taps) = (b.geometry.outputsPerGroup, b.geometry.taps)
    let length = b.geometry.inputsPerGroup * taps
    let repeated = first.flatMap { repeatElement($0, count: taps) }
    bias.withUnsafeMutableBufferPointer { bias in
      repeated.withUnsafeBufferPointer { repeated in
        guard let sums = bias.baseAddress, let x = repeated.baseAddress else { return }
        b.withStoredWeights { weights in
          Parallel.perform(b.geometry.outputs, runsOf: max(1, (1 << 15) / length)) { run in
            for o in run {
              row_products_accumulate(
                1, length, weights.address(of: o * length), weights.element, 1, 1,
                x + o / rows * length, sums + o)
            }
          }
        }
      }
    }
    return bias
  }
}
