/// Which consecutive factors of a chain become one node, so that the chain has the fewest
/// parameters.
///
/// Let p(i…j) be the parameters of the one kernel that factors i…j compose to, infinite where they
/// don't, and p(j…j) those of the factor itself. Then the fewest of the first j factors are
///
///     best(0) = 0        best(j) = min over i ≤ j of best(i − 1) + p(i…j)
///
/// Of equals the one with more segments is taken, so that nothing is contracted for nothing: a
/// linear bottleneck of the compact network, n → m → n with 2·m < n, stays.
struct Segmentation {
  /// In order; together all factors.
  private(set) var segments: [Range<Int>] = []
  /// Why each segment but the first is not part of the one before.
  private(set) var obstacles: [ContractionObstacle] = []

  private struct Best {
    var parameters: Int
    var segments: Int
    var start: Int
  }

  /// Every factor for itself.
  init(single count: Int) {
    segments = (0..<count).map { $0..<$0 + 1 }
  }

  /// - Parameters:
  ///   - hasNonzeroBias: for each factor.
  ///   - endsInAddend: whether the last factor adds a value in the place of a bias.
  init(
    fewestParametersOf chain: [KernelGeometry], hasNonzeroBias: [Bool], endsInAddend: Bool = false
  ) {
    let table = chain.indices.map { first in
      Self.composed(chain, from: first, hasNonzeroBias, endsInAddend: endsInAddend)
    }
    var best = [Best(parameters: 0, segments: 0, start: 0)]
    for end in 1..<chain.count + 1 {
      var choice: Best?
      for start in 0..<end {
        let index = end - start - 1
        guard index < table[start].parameters.count else { continue }
        let candidate = Best(
          parameters: best[start].parameters + table[start].parameters[index],
          segments: best[start].segments + 1, start: start)
        guard let known = choice else {
          choice = candidate
          continue
        }
        if (candidate.parameters, -candidate.segments) < (known.parameters, -known.segments) {
          choice = candidate
        }
      }
      if let choice { best.append(choice) }
    }
    var end = chain.count
    while end > 0 {
      segments.insert(best[end].start..<end, at: 0)
      end = best[end].start
    }
    obstacles = zip(segments, segments.dropFirst()).map { former, latter in
      let row = table[former.lowerBound]
      let index = latter.upperBound - former.lowerBound - 1
      guard index < row.parameters.count else {
        return row.obstacle ?? .notComposable(.noFactors)
      }
      let apart =
        row.parameters[former.count - 1]
        + table[latter.lowerBound].parameters[latter.count - 1]
      return .savesNothing(contracted: row.parameters[index], apart: apart)
    }
  }

  /// p(first…j) for each j up to the first that does not compose, and why that doesn't.
  private static func composed(
    _ chain: [KernelGeometry], from first: Int, _ hasNonzeroBias: [Bool],
    endsInAddend: Bool
  ) -> (parameters: [Int], obstacle: ContractionObstacle?) {
    var composed = chain[first]
    var parameters = [composed.parameterCount]
    var isBiased = hasNonzeroBias[first]
    for index in first + 1..<max(first + 1, chain.count) {
      let factor = index - first
      do throws(CompositionFailure) {
        composed = try KernelComposition.geometry(
          of: composed, then: chain[index], factor: factor)
        if chain[index].addsZeros, isBiased {
          throw CompositionFailure.innerPadding(factor: factor, cause: .biased)
        }
      } catch {
        return (parameters, .notComposable(error))
      }
      if endsInAddend, index == chain.count - 1 {
        if isBiased { return (parameters, .biasHasNoPlace) }
        composed.hasBias = false
      }
      parameters.append(composed.parameterCount)
      isBiased = isBiased || hasNonzeroBias[index]
    }
    return (parameters, nil)
  }
}
