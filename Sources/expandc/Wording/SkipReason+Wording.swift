import Expansion
import NetworkIR

extension SkipReason {
  /// Why the node stays as it is, to stand after “skipped: ”.
  var sentence: String {
    switch self {
    case .turnedOff: "turned off by --conv none or --fc 0"
    case .leftByPlan: "the plan leaves it alone"
    case .strategyUnsuitable(let strategy): "\(strategy.rawValue) is not for such a node"
    case .holdsNoWeights: "it holds no weights to expand"
    case .excluded(let pattern): "excluded by '\(pattern)'"
    case .notIncluded: "no --include matches it"
    case .makesLogits: "it makes the logits"
    case .attributesUnreadable: "its attributes are not those that ONNX gives its operator"
    case .attributeNotRecordable(let name): "its attribute '\(name)' could not be restored"
    case .inputMissing(let index): "input \(index) is missing"
    case .notConstant(let role, let name, let cause):
      "its \(role.rawValue) '\(name)' \(cause.predicate)"
    case .computesIntegers:
      "it computes with quantized weights: expand and train the float model, contract it, and "
        + "quantize that"
    case .quantized(let role, let name):
      "its \(role.rawValue) '\(name)' is quantized: expand and train the float model, contract it, "
        + "and quantize that"
    case .overridable(let role, let name):
      "its \(role.rawValue) '\(name)' is a graph input too, which a caller may replace; if none "
        + "does, add --assume-constant-inputs"
    case .isGraphOutput(let role, let name):
      "its \(role.rawValue) '\(name)' is a graph output too: take it from the outputs to expand it"
    case .shared(let role, let name, let others):
      "its \(role.rawValue) '\(name)' is shared with \(others.listed); give each a copy to "
        + "expand it"
    case .unexpectedShape(let role, let shape):
      "its \(role.rawValue) has the unexpected shape \(shape.isEmpty ? "()" : shape.byTimes)"
    case .windowUnusable:
      "its kernel, strides, dilations and pads do not agree, or some are negative"
    case .weightIsFirst(let name):
      "its weight '\(name)' is the left factor; only x·W is expanded, so export the transposed "
        + "product"
    case .multipliesActivations: "it multiplies two activations, and has no weight"
    case .weightIsBatch(let shape):
      "its weight is a batch of matrices, \(shape.byTimes); only a single matrix is expanded"
    case .scaleUnusable(let role):
      "its \(role == .bias ? "beta" : "alpha") is zero or not finite, so that no "
        + "\(role.rawValue) can make the output"
    case .gemmNeedsBias(let opset):
      "Gemm with transA and no bias needs opset 11, and this is \(opset): convert the model's opset"
    case .notExpandable(let refusal): refusal.sentence
    }
  }
}

extension NotConstant {
  fileprivate var predicate: String {
    switch self {
    case .input(let name):
      "comes from the graph input '\(name)', which differs from run to run: store it as an "
        + "initializer"
    case .node(let node, let type):
      "is made by \(place(node, type)) in every run: store its result as an initializer"
    case .stored(let name): "is stored in '\(name)' as other than a dense tensor of numbers"
    case .subgraph(let node, let type):
      "cannot be computed before a run, because of \(place(node, type))"
    }
  }

  private func place(_ node: Name, _ type: OperatorType) -> String {
    node.isEmpty ? "an unnamed \(type) node" : "\(type) node '\(node)'"
  }
}

extension [Name] {
  /// Up to three names, quoted, and how many more there are.
  fileprivate var listed: String {
    let shown = prefix(3).map { $0.isEmpty ? "an unnamed node" : "'\($0)'" }
    let rest = count - shown.count
    return (shown + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: ", ")
  }
}

extension ExpansionRefusal {
  var sentence: String {
    switch self {
    case .kernelIsPointwise: "kernel is already 1×1"
    case .kernelHasNoThreeByThreeChain(let extents):
      "no chain of 3×3 kernels makes a kernel of \(extents.byTimes)"
    case .groupedKernelTakesCL(let group): "CK does not expand convolutions of \(group) groups"
    case .transposedKernelTakesCL: "CK does not expand transposed convolutions"
    case .samePaddingTakesCL:
      "CK cannot take SAME padding that depends on an image size that is not known"
    case .rateOutOfRange(let rate): "the rate \(rate) is not positive and finite"
    case .factorTooLarge(let factor, let weights):
      "factor \(factor) would have \(Int(exactly: weights)?.grouped ?? "\(weights)") weights"
    case .preserveTooLarge(let taps):
      "no CK factors that keep a kernel of \(taps) taps are solved for"
    case .preserveNeedsWidth(let narrow): narrow.sentence
    case .weightsNotFloating: "its weights are not of a floating type"
    case .weightsNotFinite: "some weight is infinite or not a number"
    }
  }

  /// The flags that would work, where other flags are the remedy.
  var remedy: String? {
    switch self {
    case .kernelHasNoThreeByThreeChain, .groupedKernelTakesCL, .transposedKernelTakesCL,
      .samePaddingTakesCL:
      "add --conv cl"
    case .rateOutOfRange: "give a positive rate, as -r 4"
    case .factorTooLarge: "give a smaller rate, as -r 4"
    case .preserveTooLarge: "add --conv cl, or --init random to train from scratch"
    case .preserveNeedsWidth(let narrow): narrow.remedy
    case .kernelIsPointwise, .weightsNotFloating, .weightsNotFinite: nil
    }
  }
}
