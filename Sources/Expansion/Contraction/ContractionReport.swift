package import NetworkIR

/// What `contract` restored, in the order of the provenance.
package struct ContractionReport: Sendable, Hashable {
  package struct Unit: Sendable, Hashable {
    package let node: Name
    package let strategy: ExpansionStrategy
    /// The channels along the unit, its inputs first and its outputs last.
    package let channels: [Int]
    package let parametersBefore: Int
    package let parametersAfter: Int
    package let notes: [Note]

    /// The unit in the notation of the tables: `CK 3→12→32→8`.
    package var notation: String {
      "\(strategy.rawValue) " + channels.map(String.init).joined(separator: "→")
    }
  }

  /// Where the restored node differs from the recorded one by more than its weights' numbers.
  package enum Note: Sendable, Hashable {
    /// The factors have learnt a bias that the compact node had not.
    case biasAdded(Name)
    /// The recorded name belongs to another constant now.
    case renamed(Name, to: Name)
    /// The compact model shared one initializer through `Identity`; this unit has its own now.
    case untied(Name)
    /// The compact model computed this constant; it is an initializer now.
    case stored(Name)
  }

  package let units: [Unit]
}
