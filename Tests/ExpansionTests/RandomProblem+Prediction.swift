import Expansion

extension RandomProblem {
  /// What `expand` must do with a problem.
  enum Prediction: Equatable, CustomStringConvertible {
    case expanded(ExpansionStrategy, channels: [Int])
    case refused(Refusal)

    var description: String {
      switch self {
      case .expanded(let strategy, let channels): "\(strategy) \(channels)"
      case .refused(let refusal): "refused: \(refusal)"
      }
    }
  }

  enum Refusal: String {
    case pointwise, grouped, transposed, unresolvedPadding, noThreeByThreeChain,
      tooNarrow, other

    init(_ refusal: ExpansionRefusal) {
      self =
        switch refusal {
        case .kernelIsPointwise: .pointwise
        case .groupedKernelTakesCL: .grouped
        case .transposedKernelTakesCL: .transposed
        case .samePaddingTakesCL: .unresolvedPadding
        case .kernelHasNoThreeByThreeChain: .noThreeByThreeChain
        case .preserveNeedsWidth: .tooNarrow
        default: .other
        }
    }
  }

  /// Whether the amount of SAME padding can't be known: at stride 1 it does not depend on extents.
  private var hasUnresolvedPadding: Bool {
    hidesExtents && autoPad?.hasPrefix("SAME") ?? false && strides.contains { $0 > 1 }
  }

  /// Whether stride and pads stay on the middle factor, and no inner factor may have a bias.
  var staysWhole: Bool { kind == .transposed || hasUnresolvedPadding }

  /// By the rules of ExpandNets, written anew: widths are max(1, round(r·channels)) in each group,
  /// the stem may keep its own, and every node here sees the image.
  var prediction: Prediction {
    func wide(_ channels: Int) -> Int {
      max(1, Int((options.rate * Double(channels)).rounded()))
    }
    let (m, n) = (inputs / group, outputs / group)
    let p = options.stem == .keep ? m : wide(m)
    let q = wide(n)
    let preserves = options.initialisation == .preserve
    guard kind.isConvolution else {
      if options.fullyConnectedFactors == 2 {
        return preserves && p < m ? .refused(.tooNarrow) : .expanded(.fc, channels: [m, p, n])
      }
      return preserves && (p < m || q < n)
        ? .refused(.tooNarrow) : .expanded(.fc, channels: [m, p, q, n])
    }
    guard kernel.contains(where: { $0 > 1 }) else { return .refused(.pointwise) }
    let largest = kernel.max() ?? 1
    let isOdd = kernel.allSatisfy { $0 % 2 == 1 }
    let takesCK =
      switch options.convolutions {
      case .ck: true
      case .auto:
        kernel.allSatisfy { $0 == largest } && isOdd && largest > 3 && group == 1
          && !staysWhole
      case .cl, .none: false
      }
    // Copies of the inputs at both ends of an axis, and blocks of outputs, each of five taps'
    // reach, at equal steps of at most five; an axis of 3 has the first factor alone.
    let copies = kernel.reduce(1) { $0 * ($1 == 1 ? 1 : $1 == 3 ? 3 : 2) }
    let blocks = kernel.reduce(1) { $0 * ($1 <= 5 ? 1 : ($1 - 5 + 4) / 5 + 1) }
    let keepsByCK = p >= copies * m && (largest == 5 || q >= blocks * n)
    if takesCK, !(options.convolutions == .auto && preserves && !keepsByCK) {
      if group > 1 { return .refused(.grouped) }
      if kind == .transposed { return .refused(.transposed) }
      if hasUnresolvedPadding { return .refused(.unresolvedPadding) }
      if !isOdd || largest <= 3 { return .refused(.noThreeByThreeChain) }
      if preserves, !keepsByCK { return .refused(.tooNarrow) }
      let inner = [Int](repeating: q, count: (largest - 1) / 2 - 2)
      return .expanded(.ck, channels: [m, p] + inner + [n])
    }
    if preserves, p < m || q < n { return .refused(.tooNarrow) }
    return .expanded(.cl, channels: [inputs, group * p, group * q, outputs])
  }
}
