package import NetworkIR

/// What `contract` did, and what it left alone though it looked at it.
package struct ContractionReport: Sendable, Hashable {
  /// What the contraction went by.
  package enum Method: Sendable, Hashable {
    case provenance
    /// What the graph looks like; where it has a provenance, with the reason not to follow it.
    case structure(insteadOfProvenance: ContractionError?)
    /// A compact model that was given.
    case likeness
  }

  package struct Unit: Sendable, Hashable {
    package let node: Name
    /// Nil for a chain that looks like none.
    package let strategy: ExpansionStrategy?
    /// The channels along the unit, its inputs first and its outputs last.
    package let channels: [Int]
    package let parametersBefore: Int
    package let parametersAfter: Int
    package let notes: [Note]
    /// Nil where that was not asked for, or the unit is too large to try.
    package let check: UnitCheck?

    /// The unit in the notation of the tables: `CK 3→12→32→8`.
    package var notation: String { strategy.notation(channels) }
  }

  /// What differs in the contracted node by more than its weights' numbers.
  package enum Note: Sendable, Hashable {
    /// The factors have learnt a bias that the compact node had not.
    case biasAdded(Name)
    /// The recorded name belongs to another constant now.
    case renamed(Name, to: Name)
    /// The compact model shared one initializer through `Identity`; this unit has its own now.
    case untied(Name)
    /// The compact model computed this constant; it is an initializer now.
    case stored(Name)
    /// The kernel holds the batch normalization that followed a factor.
    case normalizationAbsorbed
  }

  package struct Skipped: Sendable, Hashable {
    package let node: Name
    package let type: OperatorType
    package let obstacle: ContractionObstacle

    init(_ node: Node, _ obstacle: ContractionObstacle) {
      self.node = node.name
      type = node.type
      self.obstacle = obstacle
    }
  }

  package let method: Method
  /// In the order of the provenance, or of the graph.
  package let units: [Unit]
  package let skipped: [Skipped]

  /// Whether the model came back as it was.
  package var isEmpty: Bool { units.isEmpty && method != .likeness }
}
