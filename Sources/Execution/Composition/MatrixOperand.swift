import TensorCore

/// A tensor read as one matrix per group, no element moved.
struct MatrixOperand: Sendable {
  /// Strides of the tensor's own axes.
  let storage: [Int]
  /// Groups, rows, columns.
  let extents: [Int]
  let strides: [Int]

  private init(storage: [Int], extents: [Int], strides: [Int]) {
    self.storage = storage
    self.extents = extents
    self.strides = strides
  }

  /// Matrices of that many rows, over all groups, in a tensor of that shape.
  private init(_ shape: [Int], _ order: KernelOrder, group: Int, rows: Int) {
    let columns = shape.reduce(1, *) / max(rows, 1)
    let perGroup = rows / group
    storage = order.strides(of: shape)
    extents = [group, perGroup, columns]
    strides =
      order == .inputMajor ? [perGroup, 1, rows] : [perGroup * columns, columns, 1]
  }

  /// R rows; columns are channels and taps together, in the tensor's order.
  static func rows(of shape: [Int], _ order: KernelOrder, group: Int) -> MatrixOperand {
    MatrixOperand(shape, order, group: group, rows: shape[0])
  }

  /// R·T rows (r, t) and C columns, of a tensor that lies tap-major.
  static func tapRows(of shape: [Int], group: Int) -> MatrixOperand {
    MatrixOperand(shape, .tapMajor, group: group, rows: shape.reduce(1, *) / shape[1])
  }

  /// A vector of P elements as a column for each group.
  static func column(of count: Int, group: Int) -> MatrixOperand {
    MatrixOperand([count], .plain, group: group, rows: count)
  }

  var transposed: MatrixOperand {
    MatrixOperand(
      storage: storage, extents: [extents[0], extents[2], extents[1]],
      strides: [strides[0], strides[2], strides[1]])
  }

  /// Each matrix's rows in `parts` runs, each a matrix. Requires one group, and rows to share out.
  func inParts(_ parts: Int) -> MatrixOperand {
    let rows = extents[1] / parts
    return MatrixOperand(
      storage: storage, extents: [parts, rows, extents[2]],
      strides: [rows * strides[1], strides[1], strides[2]])
  }

  /// As many matrices as that, one after the other, each lying as this one does, in a tensor
  /// [1, parts, elements]. Requires one group.
  func repeated(_ parts: Int) -> MatrixOperand {
    let count = extents[1] * extents[2]
    return MatrixOperand(
      storage: Shape.strides([1, parts, count]), extents: [parts, extents[1], extents[2]],
      strides: [count, strides[1], strides[2]])
  }

  /// The same matrices in a row-major tensor of another shape.
  func reshaped(_ shape: [Int]) -> MatrixOperand {
    MatrixOperand(storage: Shape.strides(shape), extents: extents, strides: strides)
  }

  /// `strides` with those of extent 1, which mean nothing, as a dense matrix has them: the library
  /// takes one of them for the distance of rows, and refuses what is shorter than a row.
  var canonicalStrides: [Int] {
    if extents[2] == 1 { return [strides[0], extents[1] == 1 ? 1 : strides[1], 1] }
    if extents[1] == 1 { return [strides[0], strides[2] == 1 ? extents[2] : 1, strides[2]] }
    return strides
  }

  /// Whether the elements of a row lie side by side.
  var hasDenseRows: Bool { strides[2] == 1 || extents[2] == 1 }
}
