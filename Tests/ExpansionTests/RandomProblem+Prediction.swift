import Expansion

extension RandomProblem {
  /// What `expand` must do with a problem.
  enum Prediction: Equatable, CustomStringConvertible {
    case expanded(ExpansionStrategy, channels: [Int])
    /// Expanded where a search finds factors, and refused for its width where it does not.
    case searched(ExpansionStrategy, channels: [Int])
    case refused(Refusal)

    func allows(_ outcome: Prediction) -> Bool {
      guard case .searched(let strategy, let channels) = self else { return self == outcome }
      return outcome == .refused(.tooNarrow)
        || outcome == .expanded(strategy, channels: channels)
    }

    var description: String {
      switch self {
      case .expanded(let strategy, let channels): "\(strategy) \(channels)"
      case .searched(let strategy, let channels): "\(strategy) \(channels), if found"
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
        return made(.fc, [m, p, n], byRule: p >= m)
      }
      return made(.fc, [m, p, q, n], byRule: p >= m && q >= n)
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
    let inner = [Int](repeating: q, count: max(0, (largest - 1) / 2 - 2))
    let keepsByCK = CKTiling(inputs: inputs, outputs: outputs, kernel: kernel).fits([p] + inner)
    if takesCK, !(options.convolutions == .auto && preserves && !keepsByCK) {
      if group > 1 { return .refused(.grouped) }
      if kind == .transposed { return .refused(.transposed) }
      if hasUnresolvedPadding { return .refused(.unresolvedPadding) }
      if !isOdd || largest <= 3 { return .refused(.noThreeByThreeChain) }
      return made(.ck, [m, p] + inner + [n], byRule: keepsByCK)
    }
    return made(
      .cl, [inputs, group * p, group * q, outputs], byRule: p >= m && q >= n)
  }

  private func made(
    _ strategy: ExpansionStrategy, _ channels: [Int], byRule: Bool
  ) -> Prediction {
    options.initialisation == .random || byRule
      ? .expanded(strategy, channels: channels) : .searched(strategy, channels: channels)
  }
}

/// By the algebra of CK, written anew: which widths suffice for factors by rule.
///
/// With factor j free, b factors of 3 before it on an axis and a after it, copies at 0 … 2b and
/// blocks at 0 … 2a stand so near to each other that the free factor's taps fill the gaps of one
/// kind, and that kind's reach those of the other.
struct CKTiling {
  let inputs: Int
  let outputs: Int
  let kernel: [Int]

  func fits(_ widths: [Int]) -> Bool {
    (0...widths.count).contains { free in
      [true, false].contains { copiesAreDense in
        var (copies, blocks) = (inputs, outputs)
        for extent in kernel {
          let (b, a) = (min(free, extent / 2), max(0, extent / 2 - 1 - free))
          let own = free < extent / 2 ? 3 : 1
          let c = shifts(upTo: 2 * b, gap: copiesAreDense ? own : 2 * a + own)
          let g = shifts(upTo: 2 * a, gap: copiesAreDense ? 2 * b + own : own)
          // The first factor has three filters to tell copies apart.
          if c > 3 { return false }
          copies *= c
          blocks *= g
        }
        return widths.enumerated().allSatisfy { $1 >= ($0 < free ? copies : blocks) }
      }
    }
  }
  /// How many it takes from 0 to `end`, at most `gap` apart.
  private func shifts(upTo end: Int, gap: Int) -> Int {
    1 + Int((Double(end) / Double(gap)).rounded(.up))
  }
}
