import OrderedCollections

/// Softmax, or its logarithm, along an axis.
///
/// Source: ONNX Softmax and LogSoftmax, opsets 1, 11 (over all axes from `axis` on, 1 by default)
/// and 13 (along `axis`, the last by default).
package struct Softmax: OperatorDefinition {
  package var isLogarithm: Bool
  package var axis: Int
  /// Whether all axes from `axis` on are one.
  package var flattens: Bool

  init(isLogarithm: Bool, _ attributes: Attributes, opset: Int) throws(AttributeError) {
    self.isLogarithm = isLogarithm
    flattens = opset < 13
    axis = try attributes.int("axis") ?? (opset < 13 ? 1 : -1)
  }

  package var operatorName: Name { isLogarithm ? "LogSoftmax" : "Softmax" }

  package func attributes(opset: Int) -> Attributes { ["axis": .int(axis)] }

  /// A tensor of that shape as [outer, count, inner], the softmax being along the middle; nil where
  /// it has no such axis.
  package func lines(of shape: [Int]) -> [Int]? {
    // An axis behind the last makes each element a line of its own.
    guard axis >= -shape.count, axis < shape.count || flattens && axis == shape.count else {
      return nil
    }
    let axis = axis < 0 ? axis + shape.count : axis
    let outer = shape.prefix(axis).reduce(1, *)
    if flattens { return [outer, shape.dropFirst(axis).reduce(1, *), 1] }
    return [outer, shape[axis], shape.dropFirst(axis + 1).reduce(1, *)]
  }
}
