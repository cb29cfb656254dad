import OrderedCollections

/// The sum over some axes.
///
/// Source: ONNX ReduceSum, opsets 1, 11, 13 (axes as input).
package struct ReduceSum: OperatorDefinition {
  /// Nil where the axes are an input, or all axes.
  package var axes: [Int]?
  package var keepDims: Bool
  package var noopWithEmptyAxes: Bool

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    axes = opset < 13 ? try attributes.ints("axes") : nil
    keepDims = try attributes.flag("keepdims", default: true)
    noopWithEmptyAxes = try attributes.flag("noop_with_empty_axes")
  }

  package var operatorName: Name { "ReduceSum" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = ["keepdims": .int(keepDims ? 1 : 0)]
    if let axes { attributes["axes"] = .ints(axes) }
    if noopWithEmptyAxes { attributes["noop_with_empty_axes"] = .int(1) }
    return attributes
  }
}
