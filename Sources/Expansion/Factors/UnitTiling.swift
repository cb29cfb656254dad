/// Which factor of a CK unit is free, and how the others tile the kernel for it.
///
/// With C copies of each of m inputs and G blocks of each of n outputs, the products of what the
/// axes need, the unit takes
///
///     m·C channels after each factor before the free one,  n·G after each from it on but the last.
///
/// On a rectangle the short axes are used up early. Where the free factor is the first, they are
/// covered by it alone, without copies: 3×5 takes 2n channels then, and 6m where it is the second.
struct UnitTiling {
  /// The free factor, from 0.
  let free: Int
  let axes: [Reach]
  /// The channels that are needed after each factor but the last.
  let needs: [Int]

  /// The tiling by which factors of `plan` keep every function.
  ///
  /// That is the one whose second factor is free, wherever it fits; else, of those that do, the one
  /// whose widths have most to spare, the least of them over its need; else the first.
  ///
  /// - Throws: the factor that is too narrow for the tiling that takes the least rate.
  init(_ plan: ExpansionPlan) throws(NarrowUnit) {
    let widths = plan.factors.dropLast().map(\.outputsPerGroup)
    var tilings = Self.all(of: plan)
    // The second factor first: `first(where:)`, `max` and `min` keep the earlier of equals.
    tilings = tilings.filter { $0.free == 1 } + tilings.filter { $0.free != 1 }
    let fitting = tilings.filter { tiling in zip(tiling.needs, widths).allSatisfy { $0 <= $1 } }
    if let second = fitting.first(where: { $0.free == 1 }) {
      self = second
    } else if let widest = fitting.max(by: { $0.margin(in: widths) < $1.margin(in: widths) }) {
      self = widest
    } else {
      throw Self.narrow(plan, tilings, widths)
    }
  }

  private init?(_ plan: ExpansionPlan, free: Int, tiling: Reach.Tiling) {
    guard let first = plan.factors.first, let last = plan.factors.last else { return nil }
    var axes: [Reach] = []
    for axis in first.extents.indices {
      let active = plan.factors.count { $0.extents[axis] > 1 }
      guard let reach = Reach(active: active, free: free, tiling: tiling) else { return nil }
      axes.append(reach)
    }
    self.free = free
    self.axes = axes
    let copies = axes.reduce(first.inputsPerGroup) { $0 * $1.copies.count }
    let blocks = axes.reduce(last.outputsPerGroup) { $0 * $1.blocks.count }
    needs = plan.factors.indices.dropLast().map { $0 < free ? copies : blocks }
  }

  private static func all(of plan: ExpansionPlan) -> [UnitTiling] {
    plan.factors.indices.flatMap { free in
      Reach.Tiling.allCases.compactMap { UnitTiling(plan, free: free, tiling: $0) }
    }
  }

  private func margin(in widths: [Int]) -> Double {
    zip(widths, needs).reduce(.infinity) { min($0, Double($1.0) / Double($1.1)) }
  }

  /// The rate at which the unit is wide enough, r·m after the first factor, then r·n, in whole
  /// hundredths.
  private func sufficientRate(_ plan: ExpansionPlan) -> Double {
    let (inputs, outputs) = (plan.factors[0].inputsPerGroup, plan.factors.last?.outputs ?? 1)
    let rate = needs.enumerated().reduce(0) { rate, need in
      max(rate, Double(need.element) / Double(need.offset == 0 ? inputs : outputs))
    }
    return (100 * rate).rounded(.up) / 100
  }

  private static func narrow(
    _ plan: ExpansionPlan, _ tilings: [UnitTiling], _ widths: [Int]
  ) -> NarrowUnit {
    let rates = tilings.map { $0.sufficientRate(plan) }
    let best = rates.indices.min { rates[$0] < rates[$1] } ?? 0
    let factor = widths.indices.first { tilings[best].needs[$0] > widths[$0] } ?? 0
    return NarrowUnit(
      strategy: plan.strategy, factor: factor, available: widths[factor],
      needed: tilings[best].needs[factor], sufficientRate: rates[best])
  }
}
