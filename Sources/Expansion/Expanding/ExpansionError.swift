package import NetworkIR
package import Rewriting

/// Why a model could not be expanded as asked.
package enum ExpansionError: Error, Sendable, Hashable {
  /// The flags ask for what this node cannot give: a rate that is too large, or factors that keep
  /// the function where there are none. Nothing was expanded.
  case impossible(node: Name, index: Int, ExpansionRefusal)
  /// The expansion rate is not a positive, finite number.
  case rateOutOfRange(Double)
  /// `--fc` is neither 0, 2 nor 3.
  case factorCountOutOfRange(Int)
  case rewriting(PassError)
  case provenance(ContractionError)
  /// The provenance could not be written as JSON.
  case provenanceNotRecordable
}
