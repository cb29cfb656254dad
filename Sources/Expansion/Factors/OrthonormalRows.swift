/// Changes of the channels between two factors that leave what they compose to.
extension ConvolutionKernel {
  /// L·Q of the kernel as one matrix per group, outputs × (inputs · taps): Q has orthonormal rows,
  /// or, with more rows than columns, orthonormal columns.
  ///
  /// Gram and Schmidt's way, each row twice, as once leaves what cancellation made of the first
  /// pass. A row that depends on those before it gets any direction that they leave, and a zero in
  /// L's diagonal.
  ///
  /// - Returns: Q as a kernel, without a bias, and L of each group, row-major, outputs × outputs.
  func rowsOrthonormalized() -> (q: ConvolutionKernel, lower: [[Double]]) {
    let rows = geometry.outputsPerGroup
    let columns = geometry.inputsPerGroup * geometry.taps
    let weights = weights
    var q: [Double] = []
    let lower = (0..<geometry.group).map { group in
      let matrix = weights[group * rows * columns..<(group + 1) * rows * columns]
      let (basis, lower) = factorized(Array(matrix), rows, columns)
      q += basis
      return lower
    }
    var bare = geometry
    bare.hasBias = false
    return (ConvolutionKernel(geometry: bare, weights: q, bias: nil), lower)
  }

  /// The kernel's inputs changed, F·L per tap, with one L of each group as above.
  func changingInputs(by lower: [[Double]]) -> ConvolutionKernel {
    let (inputs, taps) = (geometry.inputsPerGroup, geometry.taps)
    let weights = weights
    var changed = [Double](repeating: 0, count: weights.count)
    for output in 0..<geometry.outputs {
      let matrix = lower[output / geometry.outputsPerGroup]
      for p in 0..<inputs {
        for input in 0..<inputs where matrix[p * inputs + input] != 0 {
          let share = matrix[p * inputs + input]
          for tap in 0..<taps {
            changed[(output * inputs + input) * taps + tap] +=
              weights[(output * inputs + p) * taps + tap] * share
          }
        }
      }
    }
    return ConvolutionKernel(geometry: geometry, weights: changed, bias: bias)
  }
}

/// L and Q of one matrix, row-major.
private func factorized(
  _ matrix: [Double], _ rows: Int, _ columns: Int
) -> (q: [Double], lower: [Double]) {
  var lower = [Double](repeating: 0, count: rows * rows)
  var q = [Double](repeating: 0, count: rows * columns)
  guard rows <= columns else {
    // Q = [1; 0], L = [A 0].
    for column in 0..<columns {
      q[column * columns + column] = 1
      for row in 0..<rows { lower[row * rows + column] = matrix[row * columns + column] }
    }
    return (q, lower)
  }
  var basis: [[Double]] = []
  for row in 0..<rows {
    let vector = Array(matrix[row * columns..<(row + 1) * columns])
    var (rest, shares) = split(vector, basis)
    var length = dotProduct(rest, rest).squareRoot()
    if length > 0x1p-40 * dotProduct(vector, vector).squareRoot() {
      shares.append(length)
    } else {
      shares.append(0)
      // Some unit vector is no shorter than √(1 − row/columns) beside the rows before.
      for column in 0..<columns {
        var unit = [Double](repeating: 0, count: columns)
        unit[column] = 1
        rest = split(unit, basis).rest
        length = dotProduct(rest, rest).squareRoot()
        if length * length >= Double(columns - row) / Double(columns) * 0.5 { break }
      }
    }
    basis.append(rest.map { $0 / length })
    lower.replaceSubrange(row * rows..<row * rows + row + 1, with: shares)
  }
  return (basis.flatMap(\.self), lower)
}

/// What is left of a vector beside an orthonormal basis, and its share of each vector of that.
private func split(_ vector: [Double], _ basis: [[Double]]) -> (rest: [Double], shares: [Double]) {
  var rest = vector
  var shares = [Double](repeating: 0, count: basis.count)
  for _ in 0..<2 {
    for (index, known) in basis.enumerated() {
      let share = dotProduct(known, rest)
      shares[index] += share
      for position in rest.indices { rest[position] -= share * known[position] }
    }
  }
  return (rest, shares)
}
