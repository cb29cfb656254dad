import Expansion
import NetworkIR

extension ContractionReport {
  /// What the contraction went by, or that there was nothing to contract.
  var sentence: String {
    if isEmpty { return "Nothing to contract: the model is written as it is." }
    switch method {
    case .provenance: return "Contracted by the record of its expansion."
    case .likeness: return "Contracted like the compact model, whose nodes have its weights now."
    case .structure(nil): return "Contracted by structure: it records no expansion."
    case .structure(let cause?):
      let diagnostic = cause.diagnostic
      let reason = [diagnostic.what, diagnostic.place].compactMap(\.self).joined(separator: ", ")
      return "Contracted by structure, for the record of its expansion does not fit: \(reason)."
    }
  }
}

extension ContractionReport.Method {
  /// As JSON has it.
  var word: String {
    switch self {
    case .provenance: "provenance"
    case .structure: "structure"
    case .likeness: "like"
    }
  }
}

extension ContractionReport.Note {
  var sentence: String {
    switch self {
    case .biasAdded(let name): "has the bias '\(name)' now"
    case .renamed(let name, let given): "'\(name)' is taken, so it is '\(given)'"
    case .untied(let name): "no longer shares '\(name)'"
    case .stored(let name): "stores '\(name)', which was computed from constants"
    case .normalizationAbsorbed: "holds the batch normalization too"
    }
  }
}

extension ContractionObstacle {
  /// Why the node stays as it is, to stand after “stays: ”.
  var sentence: String {
    switch self {
    case .unreadable(let reason): reason.sentence
    case .innerValueUsed(let name): "other nodes read '\(name)' too"
    case .innerValueIsOutput(let name): "'\(name)' is a graph output"
    case .transposesInput: "it transposes what it reads"
    case .notComposable(let failure): failure.sentence
    case .savesNothing(let contracted, let apart):
      "one node with the factors before would have \(contracted.grouped) parameters, not "
        + "\(apart.grouped)"
    case .biasHasNoPlace:
      "it adds a value that is no bias, and takes none of the factors before"
    case .normalizesByBatch: "it is in training mode, and normalizes by the batch"
    case .normalizesOtherAxis: "it normalizes another axis than the one the kernel makes"
    case .normalizationUnusable: "its variance has no finite inverse root"
    }
  }
}
