package import NetworkIR

/// Why a model could not be contracted as asked; nothing was contracted.
package enum ContractionError: Error, Sendable, Hashable {
  case provenanceUnreadable
  /// Written by a newer tool.
  case provenanceVersionUnknown(Int)
  /// Unit `index` of the provenance, which had replaced `node`, is not in the graph as recorded.
  case unit(node: Name, index: Int, UnitFailure)
  /// The compact model to contract to is no model that this one was expanded from.
  case unlike(LikenessDifference)
  case patch(PatchError)
}

/// How a unit of the graph differs from its record. Factors count from 0.
package enum UnitFailure: Error, Sendable, Hashable {
  /// The record lacks a name, or names an operator or element type that no unit has.
  case recordUnusable
  /// Nothing in the graph writes the unit's output any more.
  case outputMissing(Name)
  /// A ReLU follows each factor, so that no one node computes what the unit does.
  case isNonlinear
  /// The node in that place is not what a factor is, or there is none.
  case factorMissing(factor: Int)
  /// The node in that place is right, its constants or attributes are not.
  case factorUnreadable(factor: Int, SkipReason)
  /// A value between two factors is read by other nodes too, or is a graph output.
  case innerValueUsed(Name)
  case notComposable(CompositionFailure)
  /// The factors compose to another kernel than the recorded one.
  case kernelDiffers
  /// The recorded MatMul had no Add, or the recorded node adds a value of its own, and the
  /// factors' biases ask for a place.
  case biasHasNoPlace
}
