import TensorCore

/// How a kernel of shape [R, C, taps…], T taps in all, lies in memory.
enum KernelOrder: Sendable {
  /// r, c, t: row-major.
  case plain
  /// r, t, c.
  case tapMajor
  /// c, r, of a kernel of one tap.
  case inputMajor

  /// Strides of the tensor's own axes; where there is one tap or one channel the first two orders are
  /// the same, and plain.
  func strides(of shape: [Int]) -> [Int] {
    let plain = Shape.strides(shape)
    if self == .inputMajor { return [1, shape[0]] + plain.dropFirst(2) }
    guard self == .tapMajor, shape.count > 2 else { return plain }
    let taps = shape.dropFirst(2).reduce(1, *)
    guard taps > 1, shape[1] > 1 else { return plain }
    return [plain[0], 1] + plain.dropFirst(2).map { $0 * shape[1] }
  }

  /// Row-major elements in this order.
  func ordered(_ elements: [Float], _ shape: [Int]) -> [Float] {
    guard self == .tapMajor, shape.count > 2 else { return elements }
    let taps = shape.dropFirst(2).reduce(1, *)
    return elements.withUnsafeBufferPointer { Self.turned($0, rows: shape[1], columns: taps) }
  }

  /// Elements in this order, row-major.
  func rowMajor(_ elements: UnsafeBufferPointer<Float>, _ shape: [Int]) -> [Float] {
    guard self == .tapMajor, shape.count > 2 else { return Array(elements) }
    return Self.turned(elements, rows: shape.dropFirst(2).reduce(1, *), columns: shape[1])
  }

  /// Row-major matrices that follow each other, each transposed.
  private static func turned(
    _ elements: UnsafeBufferPointer<Float>, rows: Int, columns: Int
  ) -> [Float] {
    [Float](count: elements.count) { target in
      let size = rows * columns
      guard size > 0 else { return }
      Parallel.perform(elements.count / size) { matrix in
        for row in 0..<rows {
          for column in 0..<columns {
            target.initializeElement(
              at: matrix * size + column * rows + row,
              to: elements[matrix * size + row * columns + column])
          }
        }
      }
    }
  }
}
