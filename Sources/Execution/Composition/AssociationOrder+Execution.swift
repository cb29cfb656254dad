package import Expansion

extension AssociationOrder {
  /// What reading or writing one weight costs, in multiply-accumulates: four bytes at what the last
  /// cache delivers, next to products at their full rate.
  private static let costPerAccess = 16.0
  /// To each weight of the later kernel, where the earlier one's bias is composed by itself: it is
  /// read, and the bias's share in its gradient is written; adding that reads two and writes one.
  private static let accessesPerBias = 5.0
  /// To each weight of the earlier kernel, where its bias goes along as one more column: the weights
  /// are copied beside it, and their gradient back.
  private static let accessesPerJoin = 4.0

  /// The order in which a step composes and differentiates the chain fastest.
  ///
  /// As `cheapestFor`, with what is read and written besides where the earlier kernel has a bias:
  ///
  ///     cost(A, B) = 3 · O · P · I · taps(A) · taps(B)  +  16 · accesses · weights(B or A)
  ///
  /// Nil where the chain does not compose.
  package init?(fastestFor chain: [KernelGeometry]) {
    var best: [ClosedRange<Int>: (order: AssociationOrder, cost: Double, kernel: KernelGeometry)] =
      [:]
    for (index, kernel) in chain.enumerated() { best[index...index] = (.factor, 0, kernel) }
    for length in 1..<max(1, chain.count) {
      for first in 0..<chain.count - length {
        let span = first...first + length
        for split in first..<span.upperBound {
          guard let a = best[first...split], let b = best[split + 1...span.upperBound],
            let kernel = try? KernelComposition.geometry(
              of: a.kernel, then: b.kernel, factor: split + 1)
          else { continue }
          let cost = a.cost + b.cost + Self.cost(a.kernel, b.kernel)
          if let known = best[span], known.cost <= cost { continue }
          best[span] = (.pair(a.order, b.order), cost, kernel)
        }
      }
    }
    guard let whole = best[0...max(0, chain.count - 1)] else { return nil }
    self = whole.order
  }

  private static func cost(_ a: KernelGeometry, _ b: KernelGeometry) -> Double {
    let products = 3 * Double(a.inputsPerGroup * a.taps) * Double(b.weightCount)
    guard a.hasBias else { return products }
    return products + costPerAccess * min(accessesOfJoin(a, b) ?? .infinity, accessesOfBias(b))
  }

  /// Whether the bias of A composes faster with B as a column of its weights than by itself.
  static func joinsBias(_ a: KernelGeometry, then b: KernelGeometry) -> Bool {
    guard a.hasBias, let joining = accessesOfJoin(a, b) else { return false }
    return joining < accessesOfBias(b)
  }

  private static func accessesOfBias(_ b: KernelGeometry) -> Double {
    accessesPerBias * Double(b.weightCount)
  }

  /// Nil where there is no such column.
  private static func accessesOfJoin(_ a: KernelGeometry, _ b: KernelGeometry) -> Double? {
    guard a.taps == 1, !a.isTransposed, !b.isTransposed else { return nil }
    return accessesPerJoin * Double(a.weightCount)
  }
}
