/// The weights of a convolution to few channels as those of one that computes several columns at
/// once, side by side as channels, so that they fill a vector.
///
///     y[n, o, v, c·X + e] = Σ_{i,s,t} W[o, i, s, t] · x[n, i, v − p + s, c·X + e − q + t]
///                         = Σ_{i,s,u} W'[(e, o), i, s, u] · x[n, i, v − p + s, c·X − q + u]
///     W'[(e, o), i, s, u] = W[o, i, s, u − e], or 0 where u − e is no tap;   0 ≤ u < k + c − 1
///
/// for e from 0 to c − 1: a convolution of stride c along the columns. With a column's channels side
/// by side, its result lies in memory as y does. It takes (k + c − 1)/k of the products, on c times
/// as many lanes. A number that is not finite reaches up to c − 1 columns more than it should.
package struct PackedColumns: Sendable, Hashable {
  package let count: Int
  /// O, I, kernel rows, kernel columns of W.
  package let shape: [Int]
  /// Whether W is that of a convolution whose data gradient is computed: O and I change places, and
  /// the taps are read from the last.
  package let isAdjoint: Bool
  /// c·O, I, kernel rows, kernel columns + c − 1 of W'; of the adjoint c·I, O, ….
  package let packedShape: [Int]

  package init(count: Int, of shape: [Int], isAdjoint: Bool = false) {
    self.count = count
    self.shape = shape
    self.isAdjoint = isAdjoint
    let (outputs, inputs) = isAdjoint ? (shape[1], shape[0]) : (shape[0], shape[1])
    packedShape = [count * outputs, inputs, shape[2], shape[3] + count - 1]
  }

  /// W' from W, both row-major.
  package func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
    packed.initialize(repeating: 0, count: packedShape.reduce(1, *))
    forEach { place, packedPlace in packed[packedPlace] = weights[place] }
  }

  /// The gradient by W from that by W': the sum over all places that W was copied to.
  package func unpack(_ gradient: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>) {
    sums.initialize(repeating: 0, count: shape.reduce(1, *))
    forEach { place, packedPlace in sums[place] += gradient[packedPlace] }
  }

  /// The bias of W', c times that of W.
  package func packBias(_ bias: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
    for column in 0..<count { (packed + column * shape[0]).update(from: bias, count: shape[0]) }
  }

  package func unpackBias(
    _ gradient: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>
  ) {
    sums.initialize(repeating: 0, count: shape[0])
    for place in 0..<count * shape[0] { sums[place % shape[0]] += gradient[place] }
  }

  /// Calls `body` with each place in W and each place in W' that has its number.
  private func forEach(_ body: (Int, Int) -> Void) {
    let (rows, columns) = (shape[2], shape[3])
    let packed = packedShape
    let outputs = packed[0] / count
    for output in 0..<shape[0] {
      for input in 0..<shape[1] {
        let (to, from) = isAdjoint ? (input, output) : (output, input)
        for row in 0..<rows {
          let start = ((output * shape[1] + input) * rows + row) * columns
          let packedRow = isAdjoint ? rows - 1 - row : row
          for column in 0..<count {
            let packedStart =
              (((column * outputs + to) * packed[1] + from) * rows + packedRow) * packed[3]
            for tap in 0..<columns {
              let packedTap = isAdjoint ? columns - 1 - tap : tap
              body(start + tap, packedStart + column + packedTap)
            }
          }
        }
      }
    }
  }
}
