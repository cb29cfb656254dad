import Expansion

/// Where a chain is cut: stretches that are composed, and factors that run by themselves.
///
/// A factor that runs makes `applications · weights` multiply-accumulates forward, as many for the
/// gradient of its weights, and as many for that of its input where something trained comes before
/// it. With M that factor, 2 or 3:
///
///     alone(f)        = M · applications · weights(f)
///     composed(i…j)   = M · applications · weights(W) + 3 · A(i…j) + pairs · overhead
///
/// where A is what composing takes in its cheapest order. By dynamic programming over where the
/// last stretch begins. `online` takes the fewest stretches, and the cheapest of those.
struct ChainSegmentation {
  /// What a pair costs besides arithmetic: some steps of microseconds, in multiply-accumulates.
  static let overheadPerPair = 0x1p20
  /// Chains of more factors than that are cut: the search is cubic in it.
  static let longestStretch = 12

  let stretches: [ClosedRange<Int>]
  private let chain: LinearChain

  init(_ chain: LinearChain, mode: TrainingMode) {
    self.chain = chain
    let count = chain.factors.count
    var best: [(cut: (Int, Double), start: Int)] = [((0, 0), 0)]
    for end in 0..<count {
      var found = (cut: (Int.max, Double.infinity), start: end)
      for start in max(0, end - Self.longestStretch + 1)...end {
        guard let cost = Self.cost(of: start...end, in: chain) else { continue }
        if start < end, mode == .materialized { continue }
        let before = best[start].cut
        let cut = (before.0 + (mode == .online ? 1 : 0), before.1 + cost)
        if cut < found.cut { found = (cut, start) }
      }
      best.append(found)
    }
    var stretches: [ClosedRange<Int>] = []
    var end = count
    while end > 0 {
      stretches.append(best[end].start...end - 1)
      end = best[end].start
    }
    self.stretches = stretches.reversed()
  }

  /// The cost of one step; nil where the stretch does not compose.
  static func cost(of stretch: ClosedRange<Int>, in chain: LinearChain) -> Double? {
    let factors = chain.factors[stretch]
    guard let first = factors.first, let last = factors.last else { return nil }
    let passes: Double = stretch.lowerBound == 0 && !chain.hasTrainedInput ? 2 : 3
    if factors.count == 1 {
      return passes * first.applications * Double(first.geometry.weightCount)
    }
    let geometries = factors.map(\.geometry)
    guard obstacle(to: geometries) == nil,
      let geometry = try? KernelComposition.geometry(of: geometries),
      let composing = CompositionCost.multiplyAccumulates(of: geometries)
    else { return nil }
    let applications = geometry.isTransposed ? first.applications : last.applications
    return passes * applications * Double(geometry.weightCount)
      + 3 * Double(composing) + Double(factors.count - 1) * overheadPerPair
  }

  /// Why the kernels are not one; a bias is never known to be zero, for it is trained.
  static func obstacle(to geometries: [KernelGeometry]) -> CompositionFailure? {
    do { _ = try KernelComposition.geometry(of: geometries) } catch { return error }
    for (index, geometry) in geometries.enumerated() where geometry.addsZeros {
      if geometries[..<index].contains(where: \.hasBias) {
        return .innerPadding(factor: index, cause: .biased)
      }
    }
    return nil
  }

  /// The decisions, factors that run by themselves taken together.
  func choices(in computation: Computation) -> [UnitChoice] {
    var choices: [UnitChoice] = []
    var alone: ClosedRange<Int>?
    func add(_ stretch: ClosedRange<Int>, _ decision: UnitChoice.Decision) {
      let geometries = chain.factors[stretch].map(\.geometry)
      let costs = stretch.compactMap { Self.cost(of: $0...$0, in: chain) }
      choices.append(
        UnitChoice(
          factors: stretch.map { computation.nodes[chain.factors[$0].node].origin },
          decision: decision, materialized: costs.reduce(0, +),
          online: stretch.count > 1 ? Self.cost(of: stretch, in: chain) : nil,
          obstacle: Self.obstacle(to: geometries)))
    }
    for stretch in stretches {
      if stretch.count == 1 {
        alone = (alone?.lowerBound ?? stretch.lowerBound)...stretch.upperBound
        continue
      }
      if let run = alone { add(run, .materialized) }
      alone = nil
      add(stretch, .online)
    }
    if let run = alone { add(run, .materialized) }
    return choices
  }
}
