import NetworkIR

/// What is asked of one node; what is nil is as the options say for all nodes.
package struct UnitOptions: Sendable, Hashable {
  package enum Strategy: Sendable, Hashable {
    /// The node stays as it is.
    case none
    case expand(ExpansionStrategy)
  }

  package var strategy: Strategy?
  package var rate: Double?
  /// Factors of FC, 2 or 3.
  package var fullyConnectedFactors: Int?
  package var stem: ExpansionOptions.Stem?
  package var strideAt: ExpansionOptions.StridePlacement?
  package var intermediateBias: ExpansionOptions.IntermediateBias?

  package init() {}
}

extension ExpansionOptions {
  /// The options of one node by itself: its entry in `units`, and these where that says nothing.
  ///
  /// Where `units` does not list the node, nothing is left turned on.
  func narrowed(to node: Node.ID) -> ExpansionOptions {
    guard let units else { return self }
    var own = self
    own.units = nil
    var unit = units[node] ?? UnitOptions()
    if units[node] == nil { unit.strategy = UnitOptions.Strategy.none }
    own.rate = unit.rate ?? rate
    own.stem = unit.stem ?? stem
    own.strideAt = unit.strideAt ?? strideAt
    own.intermediateBias = unit.intermediateBias ?? intermediateBias
    own.fullyConnectedFactors = unit.fullyConnectedFactors ?? fullyConnectedFactors
    switch unit.strategy {
    case nil: break
    case .some(.none): (own.convolutions, own.fullyConnectedFactors) = (.none, 0)
    case .expand(.cl): (own.convolutions, own.fullyConnectedFactors) = (.cl, 0)
    case .expand(.ck): (own.convolutions, own.fullyConnectedFactors) = (.ck, 0)
    case .expand(.fc):
      own.convolutions = .none
      if own.fullyConnectedFactors == 0 { own.fullyConnectedFactors = 3 }
    }
    return own
  }

  /// The strategy that is asked of this node in particular.
  func request(for node: Node.ID) -> ExpansionStrategy? {
    if case .expand(let strategy)? = units?[node]?.strategy { strategy } else { nil }
  }
}
