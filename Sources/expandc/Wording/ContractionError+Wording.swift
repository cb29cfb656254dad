import Expansion
import NetworkIR

extension ContractionError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .provenanceUnreadable:
      Diagnostic(
        .malformed, "the record of the expansion in the model's metadata is damaged",
        next: "start again from a file that expandc wrote")
    case .provenanceVersionUnknown(let version):
      Diagnostic(
        .unsupported, "the record of the expansion is of version \(version)",
        next: "contract it with the newer expandc that expanded it")
    case .unit(let node, let index, let failure):
      Diagnostic(
        failure.isNotComposable ? .unsupported : .malformed, failure.sentence,
        at: "unit \(index), which replaced node '\(node)'", next: failure.remedy)
    case .unlike(let difference): difference.diagnostic
    case .patch(let error): error.diagnostic
    }
  }
}

extension UnitFailure {
  fileprivate var isNotComposable: Bool {
    switch self {
    case .notComposable, .biasHasNoPlace, .isNonlinear: true
    default: false
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .recordUnusable: "the record of the expansion names no unit that expandc makes"
    case .isNonlinear: "its factors have a ReLU between them, which no single node computes"
    case .outputMissing(let name): "nothing makes the value '\(name)' any more"
    case .factorMissing(let factor): "factor \(factor) is not in its place"
    case .factorUnreadable(let factor, let reason):
      "factor \(factor) cannot be read: \(reason.sentence)"
    case .innerValueUsed(let name):
      "the value '\(name)' between two factors is used outside of the unit"
    case .notComposable(let failure): failure.sentence
    case .kernelDiffers: "the factors make another kernel than the one they replaced"
    case .biasHasNoPlace:
      "the factors have a bias, and the node that they replaced has no place for one"
    }
  }

  fileprivate var remedy: String? {
    switch self {
    case .outputMissing, .factorMissing, .factorUnreadable, .innerValueUsed:
      "contract a model whose graph nobody changed since it was expanded"
    case .isNonlinear:
      "expand the compact network without --nonlinear, give it these factors, and contract that"
    default: nil
    }
  }
}

extension CompositionFailure {
  var sentence: String {
    switch self {
    case .noFactors: "the unit has no factors"
    case .rankDiffers(let factor): "factor \(factor) is of another rank"
    case .groupDiffers(let factor, let previous, let own):
      "factor \(factor) has \(own) groups after \(previous)"
    case .channelsDiffer(let factor, let produced, let expected):
      "factor \(factor) takes \(expected) channels and gets \(produced)"
    case .innerPadding(let factor, .notPointwise):
      "factor \(factor) is padded after a factor that is more than 1×1"
    case .innerPadding(let factor, .biased):
      "factor \(factor) is padded after a factor with a bias"
    case .transposedBesideKernel(let factor):
      "factors \(factor - 1) and \(factor) are a transposed convolution and one that is no plain "
        + "1×1"
    case .samePaddingBeforeKernel(let factor):
      "factor \(factor) is no plain 1×1 and comes after one with SAME padding"
    case .tooLarge(let factor): "the kernel composed up to factor \(factor) is too large"
    }
  }
}
