import TensorCore

/// Simple factors of CK that compose to a kernel, wherever the unit is wide enough.
///
/// Think of one axis and of kernels as polynomials in a shift z, a kernel of 3 having degree 2.
///
///     S_1: input i → copies (i, f)              one filter f each
///     S_2: (i, f) → blocks (o, g)               free
///     S_3 … S_{l−1}: (o, g) → (o, g)            one filter each, of product g
///     S_l: (o, g) → o                           one filter each; the sum over o's blocks
///     W[o, i] = Σ_{f,g} f(z) · S_2[(o, g), (i, f)](z) · g(z)
///
/// With all filters shifts, f ∈ {1, z²} and the free factor reach degrees 0 … 4, and g = z^s shifts
/// those by s: blocks at equal steps of at most 5 tile the kernel. So an axis with l_a factors of 3
/// takes 2 copies and ⌈2(l_a − 2) / 5⌉ + 1 blocks (l_a = 1: 3 copies, 1 block, as only S_1 reaches
/// along it), and several axes take the products: 4 copies for k = 5, 4 copies and 4 blocks for 7
/// and 9, 9 blocks for 11. Wider units get further copies and blocks.
///
/// The filters used are shifts turned a little (`TapFilters`): as coprime, hence as complete, but
/// with no tap zero. Where several (f, tap, g) serve a tap, the free factor is the solution of
/// least norm (`LeastNormSolution`). Filters are orthonormal and a last factor's rows are divided
/// by the root of their number of blocks: all factors but S_2 have orthonormal rows.
struct ShiftingFactors {
  private let plan: ExpansionPlan
  private let axes: [Reach]
  /// Per factor and axis.
  private let filters: [[TapFilters]]

  /// - Parameter plan: a CK plan that `needs` is met by.
  init(_ plan: ExpansionPlan, using generator: inout SeededGenerator) {
    self.plan = plan
    let axes = Self.reaches(of: plan)
    self.axes = axes
    filters = plan.factors.map { geometry in
      zip(geometry.extents, axes).map { extent, axis in
        TapFilters(extent: extent, turn: axis.turn, using: &generator)
      }
    }
  }

  /// After each factor but the last, how many times the channels are needed: those of the inputs
  /// after the first factor, then those of the outputs.
  static func needs(of plan: ExpansionPlan) -> [Int] {
    let axes = reaches(of: plan)
    return plan.factors.dropLast().indices.map { index in
      axes.reduce(1) { $0 * (index == 0 ? $1.copies : $1.blocks).count }
    }
  }

  func factors(for original: ConvolutionKernel) throws(ExpansionRefusal) -> [MixedWeights] {
    let last = plan.factors.count - 1
    let (inputs, outputs) = (original.geometry.inputs, original.geometry.outputs)
    let copies = Channels(
      bases: inputs, kinds: Reach.product(axes.map { ($0.copies, $0.allCopies) }),
      width: plan.factors[0].outputs, repeats: false)
    let blocks = Channels(
      bases: outputs, kinds: Reach.product(axes.map { ($0.blocks, $0.allBlocks) }),
      width: last == 1 ? outputs : plan.factors[1].outputs, repeats: true)
    return try plan.factors.enumerated().map {
      (index, geometry) throws(ExpansionRefusal) -> MixedWeights in
      var weights = [Double](repeating: 0, count: geometry.weightCount)
      func place(_ output: Int, _ input: Int, _ filter: [Double], _ scale: Double = 1) {
        let start = (output * geometry.inputsPerGroup + input) * geometry.taps
        for (tap, value) in filter.enumerated() { weights[start + tap] = value * scale }
      }
      switch index {
      case 0:
        for channel in 0..<copies.count {
          place(channel, copies.base(of: channel), filter(0, copies.kind(of: channel)))
        }
      case PreservingFactors.freeFactor:
        weights = try free(original, copies, blocks)
      default:
        for channel in 0..<blocks.count {
          let base = blocks.base(of: channel)
          let filter = filter(index, step(index, of: blocks.kind(of: channel)))
          if index == last {
            place(base, channel, filter, blocks.scale(of: base))
          } else {
            place(channel, channel, filter)
          }
        }
      }
      return MixedWeights(
        geometry, stored: (geometry.outputsPerGroup, geometry.inputsPerGroup),
        weights: weights)
    }
  }

  /// S_2: for every input and output the solution of least norm.
  private func free(
    _ original: ConvolutionKernel, _ copies: Channels, _ blocks: Channels
  ) throws(ExpansionRefusal) -> [Double] {
    let geometry = plan.factors[PreservingFactors.freeFactor]
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
    let window = plan.factors[PreservingFactors.freeFactor].extents
    let taps = window.reduce([[]]) { taps, extent in
      taps.flatMap { tap in (0..<extent).map { tap + [$0] } }
    }
    return blocks.flatMap { block in
      copies.flatMap { copy in
        taps.map { tap in
          let lines = extents.indices.map { axis in
            var line = shifted(by: tap[axis], filters[0][axis].rows[copy[axis]])
            for factor in plan.factors.indices.dropFirst(2) {
              line = convolved(
                line, filters[factor][axis].rows[step(factor, of: block[axis], axis)])
            }
            return line + [Double](repeating: 0, count: extents[axis] - line.count)
          }
          return outerProduct(lines).map { $0 * scale }
        }
      }
    }
  }

  private func filter(_ factor: Int, _ kind: [Int]) -> [Double] {
    outerProduct(kind.indices.map { filters[factor][$0].rows[kind[$0]] })
  }

  private func step(_ factor: Int, of block: [Int]) -> [Int] {
    block.indices.map { step(factor, of: block[$0], $0) }
  }

  /// A block's shift along an axis is shared out over the factors from the third on that are
  /// active there, as evenly as whole steps can.
  private func step(_ factor: Int, of shift: Int, _ axis: Int) -> Int {
    let places = axes[axis].active - 2
    let place = factor - 2
    guard place < places else { return 0 }
    return shift * (place + 1) / places - shift * place / places
  }

  private static func reaches(of plan: ExpansionPlan) -> [Reach] {
    (plan.factors.first?.extents ?? []).indices.map { axis in
      Reach(active: plan.factors.count { $0.extents[axis] > 1 })
    }
  }
}

private func shifted(by count: Int, _ line: [Double]) -> [Double] {
  [Double](repeating: 0, count: count) + line
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
