import Expansion
import TensorCore

extension RandomProblem {
  /// Numbers for a problem, with what the longest chain of factors would cost.
  struct Draft {
    var inputs = 1
    var outputs = 1
    var group = 1
    var hasBias = false
    var kernel: [Int] = []
    var strides: [Int] = []
    var dilations: [Int] = []
    var padsBegin: [Int] = []
    var padsEnd: [Int] = []
    var autoPad: String?
    var outputPadding: [Int] = []
    var outputShape: [Int]?
    var inputShape: [Int] = []
    var options = ExpansionOptions()

    /// - Parameter cap: the most channels; below 17 kernels of more than one axis shrink as well.
    init(_ kind: Kind, cap: Int, using generator: inout SeededGenerator) {
      hasBias = Bool.random(using: &generator)
      options = Self.options(kind, using: &generator)
      guard kind.isConvolution else {
        (inputs, outputs) = (generator.integer(in: 1...cap), generator.integer(in: 1...cap))
        let rows = generator.integers(
          kind == .product ? generator.integer(in: 1...2) : 1, in: 1...3)
        inputShape = rows + [inputs]
        return
      }
      drawChannels(cap: cap, using: &generator)
      let rank = generator.integer(in: 1...3)
      let extents = 1...(rank == 1 || cap == 17 ? 11 : min(11, 2 + cap / 2))
      kernel = generator.integers(rank, in: extents)
      if rank > 1, generator.integer(in: 0...2) == 0 {
        kernel = kernel.map { _ in kernel[0] }
      }
      // Odd extents are what CK is for.
      if options.convolutions != .cl, generator.integer(in: 0...3) > 0 {
        kernel = kernel.map { $0 | 1 }
      }
      strides = generator.integers(rank, in: 1...4)
      dilations = generator.integers(rank, in: 1...3)
      drawPads(using: &generator)
      if kind == .transposed {
        drawTransposedBorders(using: &generator)
      } else {
        drawBorders(using: &generator)
      }
    }

    /// Group 1, depthwise with or without a multiplier, or in between.
    private mutating func drawChannels(cap: Int, using generator: inout SeededGenerator) {
      // CK has no groups, and a refusal needs few cases.
      switch generator.integer(in: 0...(options.convolutions == .ck ? 19 : 4)) {
      case 0:
        inputs = generator.integer(in: 1...cap)
        group = inputs
        outputs = inputs * generator.integer(in: 1...max(1, cap / inputs))
      case 1:
        group = generator.integer(in: 1...max(1, cap / 2))
        inputs = group * generator.integer(in: 1...max(1, cap / group))
        outputs = group * generator.integer(in: 1...max(1, cap / group))
      default: (inputs, outputs) = (generator.integer(in: 1...cap), generator.integer(in: 1...cap))
      }
    }

    private var reaches: [Int] { kernel.indices.map { dilations[$0] * (kernel[$0] - 1) + 1 } }

    /// Pads on any side, up to one more than the kernel's reach, or `auto_pad`.
    private mutating func drawPads(using generator: inout SeededGenerator) {
      func pads(_ generator: inout SeededGenerator) -> [Int] {
        reaches.map { reach in
          Bool.random(using: &generator) ? 0 : generator.integer(in: 0...min(reach + 1, 9))
        }
      }
      (padsBegin, padsEnd) = (pads(&generator), pads(&generator))
      if generator.integer(in: 0...5) == 0 {
        autoPad = ["SAME_UPPER", "SAME_LOWER", "VALID"][generator.integer(in: 0...2)]
        padsBegin = kernel.map { _ in 0 }
        padsEnd = padsBegin
      }
    }

    /// An image that has just a few outputs. Along an axis they either all see a border, or one of
    /// them sees no padding.
    private mutating func drawBorders(using generator: inout SeededGenerator) {
      let isSame = autoPad?.hasPrefix("SAME") ?? false
      let extents = kernel.indices.map { axis in
        let least = isSame ? 1 : max(1, reaches[axis] - padsBegin[axis] - padsEnd[axis])
        return Bool.random(using: &generator)
          ? least + generator.integer(in: 0...strides[axis])
          : reaches[axis] + strides[axis] - 1 + generator.integer(in: 0...2)
      }
      inputShape = [generator.integer(in: 0...7) == 0 ? 2 : 1, inputs] + extents
    }

    /// A small image, of which the pads leave something.
    private mutating func drawTransposedBorders(using generator: inout SeededGenerator) {
      outputPadding = strides.map { generator.integer(in: 0...$0 - 1) }
      let extents = kernel.indices.map { axis in
        max(0, padsBegin[axis] + padsEnd[axis] + 1 - reaches[axis] + strides[axis] - 1)
          / strides[axis] + generator.integer(in: 1...2)
      }
      inputShape = [1, inputs] + extents
      guard autoPad == nil, generator.integer(in: 0...3) == 0 else { return }
      padsBegin = kernel.map { _ in 0 }
      padsEnd = padsBegin
      outputShape = kernel.indices.map { axis in
        let whole = strides[axis] * (extents[axis] - 1) + reaches[axis] + outputPadding[axis]
        return max(1, whole - generator.integer(in: 0...5))
      }
    }

    private static func options(
      _ kind: Kind, using generator: inout SeededGenerator
    ) -> ExpansionOptions {
      var options = ExpansionOptions()
      func any<T>(_ values: [T]) -> T { values.randomElement(using: &generator)! }
      options.convolutions = any([.auto, .cl, .ck])
      options.rate =
        Bool.random(using: &generator)
        ? any([0.25, 0.5, 0.75, 1, 1, 2, 3, 4, 4]) : generator.uniform(in: 0.25..<4)
      options.initialisation = Bool.random(using: &generator) ? .preserve : .random
      // Most preserving factors need as many channels as they start with.
      if options.initialisation == .preserve, generator.integer(in: 0...4) > 0 {
        options.rate = max(1, options.rate)
      }
      options.fullyConnectedFactors = any([2, 3])
      options.strideAt = any([.middle, .last])
      options.stem = any([.expand, .keep])
      // CK needs several times as many, twice along each axis of the kernel.
      if options.initialisation == .preserve, options.convolutions != .cl, any([true, true, false])
      {
        options.rate = any([2, 3, 4, 4, 4, 8])
        options.stem = .expand
      }
      options.intermediateBias = any([.auto, .all, .none])
      options.seed = generator.next()
      return options
    }

    /// Products in a chain of CL, the first factor seeing the padded image.
    var cost: Int {
      func wide(_ channels: Int) -> Int { max(1, Int(options.rate * Double(channels))) }
      let (m, n) = (inputs / group, outputs / group)
      let (p, q) = (wide(m), wide(n))
      var (before, after, large) = (1, 1, 1)
      for axis in kernel.indices {
        let padded = inputShape[axis + 2] + padsBegin[axis] + padsEnd[axis]
        before *= padded
        after *= max(0, padded - reaches[axis]) / strides[axis] + 1
        large *= inputShape[axis + 2] * strides[axis] + reaches[axis]
      }
      let isTransposed = !outputPadding.isEmpty
      let (met, made) = isTransposed ? (before, large) : (after, after)
      let taps = kernel.reduce(1, *)
      return inputShape[0] * group * (m * p * before + p * q * taps * met + q * n * made)
    }
  }
}
