package import NetworkIR
package import Rewriting

/// Why a model could not be expanded as asked.
package enum ExpansionError: Error, Sendable, Hashable {
  /// The flags ask for what this node cannot give: a rate that is too large, or factors that keep
  /// the function where there are none. Nothing was expanded.
  case impossible(node: Name, index: Int, ExpansionRefusal)
  /// What is asked of this node in particular cannot be had. Nothing was expanded.
  case unmet(node: Name, index: Int, SkipReason)
  /// The pattern matches the name of no node that holds weights, nor of a weight; `known` has all.
  case patternMatchesNothing(PatternList, String, known: [Name])
  /// The expansion rate is not a positive, finite number.
  case rateOutOfRange(Double)
  /// `--fc` is neither 0, 2 nor 3.
  case factorCountOutOfRange(Int)
  /// With a ReLU between them no factors compute what the compact node did.
  case nonlinearKeepsNoFunction
  case rewriting(PassError)
  case provenance(ContractionError)
  /// The provenance could not be written as JSON.
  case provenanceNotRecordable

  package enum PatternList: String, Sendable, Hashable {
    case include, exclude
  }
}
