/// Solves M·x = w for the x of least norm, x = Mᵀ(M·Mᵀ)⁻¹·w, for one wide M and many w.
struct LeastNormSolution {
  private let columns: [[Double]]
  private let factor: CholeskyFactor

  /// Nil where M, given by its columns, has dependent rows or more than 1024 of them.
  init?(columns: [[Double]], rows: Int) {
    guard rows <= 1024 else { return nil }
    var gram = [Double](repeating: 0, count: rows * rows)
    for column in columns {
      for row in 0..<rows where column[row] != 0 {
        for other in 0...row { gram[row * rows + other] += column[row] * column[other] }
      }
    }
    guard let factor = CholeskyFactor(gram, size: rows) else { return nil }
    self.columns = columns
    self.factor = factor
  }

  func solve(_ w: ArraySlice<Double>) -> [Double] {
    let y = factor.solve(Array(w))
    return columns.map { column in
      var sum = 0.0
      for row in y.indices { sum += column[row] * y[row] }
      return sum
    }
  }
}

/// A = L·Lᵀ for a symmetric positive definite A.
struct CholeskyFactor {
  private let size: Int
  /// L, row-major, its upper triangle unused.
  private var lower: [Double]

  /// Reads A's lower triangle, row-major; nil where A is not well within positive definite.
  init?(_ matrix: [Double], size: Int) {
    self.size = size
    lower = matrix
    let least = (0..<size).reduce(0) { max($0, matrix[$1 * size + $1]) } * 0x1p-26
    for row in 0..<size {
      for column in 0...row {
        var sum = lower[row * size + column]
        for k in 0..<column { sum -= lower[row * size + k] * lower[column * size + k] }
        if column < row {
          lower[row * size + column] = sum / lower[column * size + column]
        } else {
          guard sum > least else { return nil }
          lower[row * size + row] = sum.squareRoot()
        }
      }
    }
  }

  /// The x of A·x = b.
  func solve(_ b: [Double]) -> [Double] {
    var x = b
    for row in 0..<size {
      for k in 0..<row { x[row] -= lower[row * size + k] * x[k] }
      x[row] /= lower[row * size + row]
    }
    for row in (0..<size).reversed() {
      for k in row + 1..<max(row + 1, size) { x[row] -= lower[k * size + row] * x[k] }
      x[row] /= lower[row * size + row]
    }
    return x
  }
}
