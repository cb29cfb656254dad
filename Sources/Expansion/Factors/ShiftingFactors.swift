import TensorCore

/// Simple factors of CK that compose to a kernel, wherever the unit is wide enough.
///
/// Think of one axis and of kernels as polynomials in a shift z, a kernel of 3 having degree 2. Of
/// the factors S_1 … S_l one, S_j, is free:
///
///     S_1: input i → copies (i, f)                   one filter f_1 each
///     S_2 … S_{j−1}: (i, f) → (i, f)                 one filter each, of product f with f_1
///     S_j: (i, f) → blocks (o, g)                    free
///     S_{j+1} … S_{l−1}: (o, g) → (o, g)             one filter each, of product g with that of S_l
///     S_l: (o, g) → o                                one filter each; the sum over o's blocks
///     W[o, i] = Σ_{f,g} f(z) · S_j[(o, g), (i, f)](z) · g(z)
///
/// With all filters shifts, f = z^s and the free factor serve what `Reach` says, for every axis on
/// its own, and several axes take the products. With S_2 free, f ∈ {1, z²} and the free factor
/// reach degrees 0 … 4, and blocks at equal steps of at most 5 tile the kernel: 4 copies for k = 5,
/// 4 copies and 4 blocks for 7 and 9, 9 blocks for 11. Which factor is free is `UnitTiling`'s to
/// say. Wider units get further copies and blocks.
///
/// The filters used are shifts turned a little (`TapFilters`): as coprime, hence as complete, but
/// with no tap zero. Where several (f, tap, g) serve a tap, the free factor is the solution of
/// least norm (`LeastNormSolution`). Filters are orthonormal and a last factor's rows are divided
/// by the root of their number of blocks: all factors but S_j have orthonormal rows.
struct ShiftingFactors {
  private let plan: ExpansionPlan
  private let tiling: UnitTiling
  /// Per factor and axis.
  private let filters: [[TapFilters]]
  private let copies: Channels
  private let blocks: Channels

  init(
    _ plan: ExpansionPlan, _ tiling: UnitTiling, using generator: inout SeededGenerator
  ) {
    self.plan = plan
    self.tiling = tiling
    let axes = tiling.axes
    filters = plan.factors.map { geometry in
      zip(geometry.extents, axes).map { extent, axis in
        TapFilters(extent: extent, turn: axis.turn, using: &generator)
      }
    }
    let widths = plan.factors.dropLast().map(\.outputsPerGroup)
    let (inputs, outputs) = (plan.factors[0].inputs, plan.factors[plan.factors.count - 1].outputs)
    copies = Channels(
      bases: inputs, kinds: Reach.product(axes.map { ($0.copies, $0.allCopies) }),
      width: widths[..<tiling.free].min() ?? inputs, repeats: false)
    blocks = Channels(
      bases: outputs, kinds: Reach.product(axes.map { ($0.blocks, $0.allBlocks) }),
      width: widths[tiling.free...].min() ?? outputs, repeats: true)
  }

  func factors(for original: ConvolutionKernel) throws(ExpansionRefusal) -> [MixedWeights] {
    try plan.factors.indices.map { (index) throws(ExpansionRefusal) -> MixedWeights in
      let geometry = plan.factors[index]
      return MixedWeights(
        geometry, stored: (geometry.outputsPerGroup, geometry.inputsPerGroup),
        weights: index == tiling.free ? try free(original) : shifting(index))
    }
  }

  /// Any factor but the free one.
  private func shifting(_ index: Int) -> [Double] {
    let geometry = plan.factors[index]
    let (width, taps) = (geometry.inputsPerGroup, geometry.taps)
    var weights = [Double](repeating: 0, count: geometry.weightCount)
    func place(_ output: Int, _ input: Int, _ filter: [Double], _ scale: Double = 1) {
      let start = (output * width + input) * taps
      for (tap, value) in filter.enumerated() { weights[start + tap] = value * scale }
    }
    if index > tiling.free, index == plan.factors.count - 1 {
      for channel in 0..<blocks.count {
        let base = blocks.base(of: channel)
        place(base, channel, filter(index, blocks.kind(of: channel)), blocks.scale(of: base))
      }
    } else if index == 0 {
      // Wider than there are filters for, the first factor has rows of zeros and all its columns.
      let kinds = copies.kindCount
      for channel in 0..<min(geometry.outputs, copies.bases * kinds) {
        place(channel, channel % width, filter(index, copies.kind(of: channel)))
      }
    } else {
      // Channels beyond the inputs' have no part in the kernel before they are mixed with those
      // that do: other filters of the same inputs, as orthogonal to all.
      let channels = index < tiling.free ? copies : blocks
      for channel in 0..<min(geometry.outputs, width * taps) {
        place(
          channel, channel % width,
          filter(index, channels.kind(of: channel % width), turns: channel / width))
      }
    }
    return weights
  }

  /// S_j: for every input and output the solution of least norm.
  private func free(_ original: ConvolutionKernel) throws(ExpansionRefusal) -> [Double] {
    let geometry = plan.factors[tiling.free]
    let taps = geometry.taps
    let size = original.geometry.taps
    let originals = original.weights
    var weights = [Double](repeating: 0, count: geometry.weightCount)
    var solutions: [[Int]: LeastNormSolution] = [:]
    for output in 0..<blocks.bases {
      for input in 0..<copies.bases {
        let counts = [blocks.number(of: output), copies.number(of: input)]
        let solution: LeastNormSolution
        if let known = solutions[counts] {
          solution = known
        } else {
          let paths = paths(
            from: copies.kinds(of: input), to: blocks.kinds(of: output),
            scale: blocks.scale(of: output), extents: original.geometry.extents)
          guard let made = LeastNormSolution(columns: paths, rows: size) else {
            throw .preserveTooLarge(taps: size)
          }
          solution = made
          solutions[counts] = made
        }
        let start = (output * original.geometry.inputsPerGroup + input) * size
        let values = solution.solve(originals[start..<start + size])
        for (path, value) in values.enumerated() {
          let (pair, tap) = path.quotientAndRemainder(dividingBy: taps)
          let (block, copy) = pair.quotientAndRemainder(dividingBy: counts[1])
          let row = block * blocks.bases + output
          let column = copy * copies.bases + input
          weights[(row * geometry.inputsPerGroup + column) * taps + tap] = value
        }
      }
    }
    return weights
  }

  /// For every block, copy and tap of the free factor: what it adds to the kernel.
  private func paths(
    from copies: [[Int]], to blocks: [[Int]], scale: Double, extents: [Int]
  ) -> [[Double]] {
    let window = plan.factors[tiling.free].extents
    let taps = window.reduce([[]]) { taps, extent in
      taps.flatMap { tap in (0..<extent).map { tap + [$0] } }
    }
    return blocks.flatMap { block in
      copies.flatMap { copy in
        taps.map { tap in
          let lines = extents.indices.map { axis in
            var line = [Double](repeating: 0, count: tap[axis]) + [1]
            for factor in plan.factors.indices where factor != tiling.free {
              let kind = factor < tiling.free ? copy : block
              line = convolved(line, filters[factor][axis].rows[step(factor, of: kind, axis)])
            }
            return line + [Double](repeating: 0, count: extents[axis] - line.count)
          }
          return outerProduct(lines).map { $0 * scale }
        }
      }
    }
  }

  /// A factor's filter for a kind of channel, or that many filters on from it.
  private func filter(_ factor: Int, _ kind: [Int], turns: Int = 0) -> [Double] {
    let extents = plan.factors[factor].extents
    var place = extents.indices.reduce(0) { $0 * extents[$1] + step(factor, of: kind, $1) }
    place = (place + turns) % plan.factors[factor].taps
    var lines: [[Double]] = []
    for axis in extents.indices.reversed() {
      lines.insert(filters[factor][axis].rows[place % extents[axis]], at: 0)
      place /= extents[axis]
    }
    return outerProduct(lines)
  }

  /// Which filter of an axis a factor has for a copy or block: how far it shifts.
  private func step(_ factor: Int, of kind: [Int], _ axis: Int) -> Int {
    let reach = tiling.axes[axis]
    return factor < tiling.free
      ? Reach.share(of: kind[axis], factor, of: reach.before)
      : Reach.share(of: kind[axis], factor - tiling.free - 1, of: reach.after)
  }
}

private func convolved(_ a: [Double], _ b: [Double]) -> [Double] {
  var result = [Double](repeating: 0, count: a.count + b.count - 1)
  for (i, x) in a.enumerated() {
    for (j, y) in b.enumerated() { result[i + j] += x * y }
  }
  return result
}

private func outerProduct(_ lines: [[Double]]) -> [Double] {
  lines.reduce([1]) { product, line in product.flatMap { x in line.map { x * $0 } } }
}
