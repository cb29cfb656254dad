import TensorCore

/// The condition of a factor as the matrix outputs × (inputs · taps), block-diagonal over groups.
///
/// σ_max / σ_min over its smaller side: 1 for orthonormal rows or columns, infinite where the rank
/// is less than that side.
///
/// The extreme eigenvalues of the Gram matrix G, of AAᵀ or AᵀA the smaller, are estimated by
/// Lanczos' iteration: an orthonormal basis v_1, v_2, … of the Krylov space of a random vector, in
/// which G is tridiagonal with α_j = v_jᵀGv_j and β_j = |G v_j − α_j v_j − β_{j−1} v_{j−1}|. Its
/// eigenvalues lie between G's, and the extreme ones approach G's extreme ones first.
///
/// β_1² is the variance of G's eigenvalues, weighed by the squares of v_1's shares of their vectors,
/// 1/N each on the average, so that none is farther from α_1 than some √N·β_1. Where β_1 is as small
/// as rounding to Float makes it for orthonormal rows, all count as alike.
enum FactorCondition {
  static func condition(of factor: ConvolutionKernel) -> Double {
    let gram = GramMatrix(factor)
    var generator = SeededGenerator(seed: 0)
    var basis: [[Double]] = []
    var (alphas, betas): ([Double], [Double]) = ([], [])
    var next = (0..<gram.size).map { _ in generator.normal() }
    while basis.count < min(gram.size, 16) {
      let length = dotProduct(next, next).squareRoot()
      if let largest = alphas.max() {
        guard length > largest * (basis.count == 1 ? 0x1p-22 : 0x1p-40) else { break }
        betas.append(length)
      }
      guard length > 0 else { return .infinity }
      let vector = next.map { $0 / length }
      basis.append(vector)
      next = gram.applied(to: vector)
      alphas.append(dotProduct(vector, next))
      // Twice, as once leaves what cancellation made of the first pass.
      for _ in 0..<2 {
        for known in basis {
          let share = dotProduct(known, next)
          for index in next.indices { next[index] -= share * known[index] }
        }
      }
    }
    let extremes = tridiagonalExtremes(alphas, betas)
    return (extremes.upperBound / max(0, extremes.lowerBound)).squareRoot()
  }

  /// The least and the largest eigenvalue of a symmetric tridiagonal matrix, by bisection on how
  /// many eigenvalues lie below x: as many as the pivots of T − x·1 are negative (Sylvester).
  private static func tridiagonalExtremes(
    _ diagonal: [Double], _ beside: [Double]
  ) -> ClosedRange<Double> {
    func countBelow(_ x: Double) -> Int {
      var (count, pivot) = (0, 1.0)
      for (index, value) in diagonal.enumerated() {
        let link = index == 0 ? 0 : beside[index - 1] * beside[index - 1]
        pivot = value - x - link / pivot
        if pivot == 0 { pivot = .leastNormalMagnitude }
        if pivot < 0 { count += 1 }
      }
      return count
    }
    // Gershgorin's circles hold all eigenvalues.
    let reach = (diagonal + beside).reduce(0) { max($0, $1.magnitude) } * 3
    func position(of count: Int) -> Double {
      var (low, high) = (-reach, reach)
      for _ in 0..<64 {
        let middle = (low + high) / 2
        if countBelow(middle) >= count { high = middle } else { low = middle }
      }
      return (low + high) / 2
    }
    let (least, largest) = (position(of: 1), position(of: diagonal.count))
    return min(least, largest)...max(least, largest)
  }
}

/// The product of a factor's matrix with its transpose, on the smaller side, never formed.
private struct GramMatrix {
  let size: Int
  private let geometry: KernelGeometry
  private let weights: [Double]
  private let rows: Int
  private let columns: Int

  init(_ factor: ConvolutionKernel) {
    geometry = factor.geometry
    weights = factor.weights
    rows = factor.geometry.outputsPerGroup
    columns = factor.geometry.inputsPerGroup * factor.geometry.taps
    size = factor.geometry.group * min(rows, columns)
  }

  func applied(to x: [Double]) -> [Double] {
    rows <= columns ? times(transposedTimes(x)) : transposedTimes(times(x))
  }

  private func times(_ x: [Double]) -> [Double] {
    weights.withUnsafeBufferPointer { weights in
      [Double](count: geometry.outputs) { result in
        Parallel.perform(result.count, runsOf: 64) { run in
          for output in run {
            let input = output / rows * columns
            var sums = SIMD8<Double>(repeating: 0)
            var column = 0
            while column + 8 <= columns {
              for lane in 0..<8 {
                sums[lane] += weights[output * columns + column + lane] * x[input + column + lane]
              }
              column += 8
            }
            var sum = sums.sum()
            while column < columns {
              sum += weights[output * columns + column] * x[input + column]
              column += 1
            }
            result.initializeElement(at: output, to: sum)
          }
        }
      }
    }
  }

  private func transposedTimes(_ x: [Double]) -> [Double] {
    weights.withUnsafeBufferPointer { weights in
      [Double](count: geometry.group * columns) { result in
        result.initialize(repeating: 0)
        // Runs of columns, in which every row of a group adds to the same ones; where groups are
        // small, several whole ones.
        let (groups, length) = (max(1, 256 / columns), 256)
        let parts = (columns + length - 1) / length
        Parallel.perform((geometry.group + groups - 1) / groups * parts) { task in
          let (number, part) = task.quotientAndRemainder(dividingBy: parts)
          let own = number * groups..<min((number + 1) * groups, geometry.group)
          let run = part * length..<min((part + 1) * length, columns)
          for output in own.lowerBound * rows..<own.upperBound * rows {
            let input = output / rows * columns
            let factor = x[output]
            for column in run {
              result[input + column] += weights[output * columns + column] * factor
            }
          }
        }
      }
    }
  }
}
