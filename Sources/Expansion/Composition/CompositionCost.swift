/// What composing a chain of factors costs, in the order in which it is cheapest.
///
/// One product of a factor A and the factor B after it, per group:
///
///     O_B · P · I_A · taps(A) · taps(B)    multiply-accumulates
///
/// of its weights; what composing biases costs is left out.
package enum CompositionCost {
  /// Multiply-accumulates of composing `chain`; nil where it does not compose or the number
  /// overflows.
  package static func multiplyAccumulates(of chain: [KernelGeometry]) -> Int? {
    guard let order = try? AssociationOrder(cheapestFor: chain) else { return nil }
    return result(of: order, chain, from: 0)?.cost
  }

  private static func result(
    of order: AssociationOrder, _ chain: [KernelGeometry], from first: Int
  ) -> (geometry: KernelGeometry, cost: Int)? {
    guard case .pair(let left, let right) = order else { return (chain[first], 0) }
    guard let a = result(of: left, chain, from: first),
      let b = result(of: right, chain, from: first + left.count),
      let geometry = try? KernelComposition.geometry(
        of: a.geometry, then: b.geometry, factor: first + left.count)
    else { return nil }
    let (perTap, o1) = b.geometry.weightCount.multipliedReportingOverflow(
      by: a.geometry.inputsPerGroup)
    let (product, o2) = perTap.multipliedReportingOverflow(by: a.geometry.taps)
    let (before, o3) = a.cost.addingReportingOverflow(b.cost)
    let (cost, o4) = before.addingReportingOverflow(product)
    return o1 || o2 || o3 || o4 ? nil : (geometry, cost)
  }
}
