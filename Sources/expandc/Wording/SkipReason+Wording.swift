import Expansion
import NetworkIR

extension SkipReason {
  /// Why the node stays as it is, to stand after “skipped: ”.
  var sentence: String {
    switch self {
    case .turnedOff: "turned off by the flags"
    case .leftByPlan: "the plan leaves it alone"
    case .strategyUnsuitable(let strategy): "\(strategy.rawValue) is not for such a node"
    case .holdsNoWeights: "it holds no weights to expand"
    case .excluded(let pattern): "excluded by '\(pattern)'"
    case .notIncluded: "no --include matches it"
    case .makesLogits: "it makes the logits"
    case .attributesUnreadable: "its attributes make no sense"
    case .attributeNotRecordable(let name): "its attribute '\(name)' could not be restored"
    case .inputMissing(let index): "input \(index) is missing"
    case .notConstant(let role, let name): "its \(role.rawValue) '\(name)' is not constant"
    case .overridable(let role, let name):
      "its \(role.rawValue) '\(name)' is a graph input too, so a caller may replace it"
    case .isGraphOutput(let role, let name): "its \(role.rawValue) '\(name)' is a graph output"
    case .shared(let role, let name, let uses):
      "its \(role.rawValue) '\(name)' is shared by \(uses) nodes"
    case .unexpectedShape(let role, let shape):
      "its \(role.rawValue) has the unexpected shape \(shape.isEmpty ? "()" : shape.byTimes)"
    case .windowUnusable: "kernel, strides, dilations and pads do not agree"
    case .weightIsFirst(let name):
      "its weight '\(name)' is the left factor; only x·W is expanded, so export the transposed product"
    case .multipliesActivations: "it multiplies two activations, and has no weight"
    case .weightIsBatch(let shape):
      "its weight is a batch of matrices, \(shape.byTimes); only a single matrix is expanded"
    case .scaleUnusable: "its alpha is zero or not finite, so that no weight can make the output"
    case .gemmNeedsBias(let opset):
      "Gemm with transA and no bias needs opset 11, and this is \(opset): convert the model's opset"
    case .notExpandable(let refusal): refusal.sentence
    }
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
      "factor \(factor) would have \(weights) weights"
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
    case .factorTooLarge: "give a smaller rate with -r"
    case .preserveTooLarge: "add --conv cl, or --init random to train from scratch"
    case .preserveNeedsWidth(let narrow): narrow.remedy
    case .kernelIsPointwise, .weightsNotFloating, .weightsNotFinite: nil
    }
  }
}
