import Expansion
import NetworkIR

extension LikenessDifference {
  /// Where the graph stops being what the compact model expands to.
  var diagnostic: Diagnostic {
    Diagnostic(
      .checkFailed, "the compact model is of another architecture: \(sentence)", at: place,
      next: "contract without --like, or give the model that was expanded")
  }

  private var place: String? {
    switch self {
    case .node(let name, let index, _, _), .kernel(let name, let index, _, _),
      .notComposable(let name, let index, _), .unreadable(let name, let index, _),
      .biasHasNoPlace(let name, let index), .addend(let name, let index):
      "its " + expandc.place(of: name, index)
    case .inputs, .outputs, .inputShape, .sharedConstant, .output: nil
    }
  }

  private var sentence: String {
    switch self {
    case .inputs(let compact, let found):
      "it has the inputs \(compact.quotedList), and the graph \(found.quotedList)"
    case .outputs(let compact, let found):
      "it has the outputs \(compact.quotedList), and the graph \(found.quotedList)"
    case .inputShape(let name, let compact, let found):
      "its input '\(name)' is \(compact.byTimes), and the graph's \(found.byTimes)"
    case .node(_, _, let type, let found):
      found.isEmpty
        ? "the graph has nothing in the place of its \(type)"
        : "it has a \(type) where the graph has "
          + found.map { "\($0.type) '\($0.node)'" }.joined(separator: ", ")
    case .kernel(_, _, let expected, let found):
      "it has a kernel of \(expected.sentence) where the graph has "
        + found.map(\.sentence).joined(separator: ", then ")
    case .notComposable(_, _, let failure): failure.sentence
    case .unreadable(_, _, let reason): "a factor cannot be read: \(reason.sentence)"
    case .biasHasNoPlace: "the factors have a bias, and its node has none"
    case .addend: "its node adds another value at the end than the graph does"
    case .sharedConstant(let name): "nodes that share its constant '\(name)' differ in the graph"
    case .output(let name): "the graph makes its output '\(name)' in another way"
    }
  }
}

extension KernelGeometry {
  /// Extents, channels and what is not the default: 7×7 3→8 (pads 3×3/3×3).
  fileprivate var sentence: String {
    var others: [String] = []
    if group > 1 { others.append("\(group) groups") }
    if isStrided { others.append("strides \(strides.byTimes)") }
    if isPadded { others.append("pads \(padsBegin.byTimes)/\(padsEnd.byTimes)") }
    if !isPointwise, dilations.contains(where: { $0 > 1 }) {
      others.append("dilations \(dilations.byTimes)")
    }
    let kernel = (rank == 0 ? "" : "\(extents.byTimes) ") + "\(inputs)→\(outputs)"
    return others.isEmpty ? kernel : "\(kernel) (\(others.joined(separator: ", ")))"
  }
}
