/// In which order a chain of factors is composed: any order gives the same kernel, at other costs.
package indirect enum AssociationOrder: Sendable, Hashable {
  case factor
  case pair(AssociationOrder, AssociationOrder)

  /// How many factors it spans.
  package var count: Int {
    switch self {
    case .factor: 1
    case .pair(let left, let right): left.count + right.count
    }
  }

  /// The order with the fewest multiplications, by dynamic programming over all spans:
  ///
  ///     cost(i…j) = min over k of cost(i…k) + cost(k+1…j)
  ///                             + O_j · P_k · I_i · taps(i…k) · taps(k+1…j)
  ///
  /// with O all outputs, P and I channels of one group. Requires that the whole chain composes.
  init(cheapestFor chain: [KernelGeometry]) throws(CompositionFailure) {
    var best: [Span: Entry] = [:]
    for (index, geometry) in chain.enumerated() {
      best[Span(first: index, last: index)] = Entry(
        order: .factor, cost: 0, geometry: geometry)
    }
    for length in 1..<max(1, chain.count) {
      for first in 0..<chain.count - length {
        let span = Span(first: first, last: first + length)
        for split in first..<span.last {
          guard let left = best[Span(first: first, last: split)],
            let right = best[Span(first: split + 1, last: span.last)]
          else { continue }
          let cost = left.cost + right.cost + Self.cost(left.geometry, right.geometry)
          if let known = best[span], known.cost <= cost { continue }
          best[span] = Entry(
            order: .pair(left.order, right.order), cost: cost,
            geometry: try KernelComposition.geometry(
              of: left.geometry, then: right.geometry, factor: split + 1))
        }
      }
    }
    guard let whole = best[Span(first: 0, last: chain.count - 1)] else { throw .noFactors }
    self = whole.order
  }

  private static func cost(_ a: KernelGeometry, _ b: KernelGeometry) -> Double {
    Double(b.weightCount) * Double(a.inputsPerGroup) * Double(a.taps)
  }

  private struct Span: Hashable {
    let first: Int
    let last: Int
  }

  private struct Entry {
    let order: AssociationOrder
    let cost: Double
    let geometry: KernelGeometry
  }
}
