import OrderedCollections

/// The mean over some axes.
///
/// Source: ONNX ReduceMean, opsets 1, 11, 13, 18 (axes as input).
package struct ReduceMean: OperatorDefinition {
  /// Nil where the axes are an input, or all axes.
  package var axes: [Int]?
  package var keepDims: Bool
  package var noopWithEmptyAxes: Bool

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    axes = opset < 18 ? try attributes.ints("axes") : nil
    keepDims = try attributes.flag("keepdims", default: true)
    noopWithEmptyAxes = try attributes.flag("noop_with_empty_axes")
  }

  package var operatorName: Name { "ReduceMean" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    if let axes { attributes["axes"] = .ints(axes) }
    attributes["keepdims"] = .int(keepDims ? 1 : 0)
    if noopWithEmptyAxes { attributes["noop_with_empty_axes"] = .int(1) }
    return attributes
  }
}

/// The mean over all spatial axes, which stay with extent 1.
///
/// Source: ONNX GlobalAveragePool, opsets 1, 22.
package struct GlobalAveragePool: OperatorDefinition {
  package init() {}
  package var operatorName: Name { "GlobalAveragePool" }
  package func attributes(opset: Int) -> Attributes { [:] }
}

/// The matrix product, batched over the leading axes as numpy's matmul.
///
/// Source: ONNX MatMul, opsets 1, 9, 13.
package struct MatMul: OperatorDefinition {
  package init() {}
  package var operatorName: Name { "MatMul" }
  package func attributes(opset: Int) -> Attributes { [:] }
}
