import OrderedCollections

/// The same elements under the extents that the second input gives; −1 is inferred, 0 copied.
///
/// Source: ONNX Reshape, opsets 1 (attribute), 5, 13, 14 (allowzero).
package struct Reshape: OperatorDefinition {
  package var allowZero: Bool
  /// Before opset 5.
  package var extents: [Int]?

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    allowZero = try attributes.flag("allowzero")
    extents = opset < 5 ? try attributes.ints("shape") : nil
  }

  package var operatorName: Name { "Reshape" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    if allowZero { attributes["allowzero"] = .int(1) }
    if let extents { attributes["shape"] = .ints(extents) }
    return attributes
  }
}

/// Two axes: the product of those before `axis`, and of those from it on.
///
/// Source: ONNX Flatten, opsets 1, 9, 11 (negative axes), 13.
package struct Flatten: OperatorDefinition {
  package var axis: Int

  package init(axis: Int = 1) {
    self.axis = axis
  }

  init(_ attributes: Attributes) throws(AttributeError) {
    axis = try attributes.int("axis") ?? 1
  }

  package var operatorName: Name { "Flatten" }
  package func attributes(opset: Int) -> Attributes { ["axis": .int(axis)] }
}

/// Drops axes of extent 1.
///
/// Source: ONNX Squeeze, opsets 1, 11, 13 (axes as input).
package struct Squeeze: OperatorDefinition {
  /// Nil where the axes are an input, or all axes of extent 1.
  package var axes: [Int]?

  init(_ attributes: Attributes) throws(AttributeError) {
    axes = try attributes.ints("axes")
  }

  package var operatorName: Name { "Squeeze" }

  package func attributes(opset: Int) -> Attributes { axes.map { ["axes": .ints($0)] } ?? [:] }
}

/// Inserts axes of extent 1.
///
/// Source: ONNX Unsqueeze, opsets 1, 11, 13 (axes as input).
package struct Unsqueeze: OperatorDefinition {
  /// Nil where the axes are an input.
  package var axes: [Int]?

  init(_ attributes: Attributes) throws(AttributeError) {
    axes = try attributes.ints("axes")
  }

  package var operatorName: Name { "Unsqueeze" }

  package func attributes(opset: Int) -> Attributes { axes.map { ["axes": .ints($0)] } ?? [:] }
}

/// Repeats the input up to the shape that the second input gives, by broadcasting.
///
/// Source: ONNX Expand, opsets 8, 13.
package struct Expand: OperatorDefinition {
  package var operatorName: Name { "Expand" }
  package func attributes(opset: Int) -> Attributes { [:] }
}

/// Passes its input on.
///
/// Source: ONNX Identity, opset 1 on.
package struct Identity: OperatorDefinition {
  package init() {}
  package var operatorName: Name { "Identity" }
  package func attributes(opset: Int) -> Attributes { [:] }
}

/// The input's extents, or part of them, as int64.
///
/// Source: ONNX Shape, opsets 1, 13, 15 (start, end).
package struct ShapeOf: OperatorDefinition {
  package var start: Int
  package var end: Int?

  init(_ attributes: Attributes) throws(AttributeError) {
    start = try attributes.int("start") ?? 0
    end = try attributes.int("end")
  }

  package var operatorName: Name { "Shape" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    if let end { attributes["end"] = .int(end) }
    if start != 0 { attributes["start"] = .int(start) }
    return attributes
  }
}

/// How many elements the input has, as an int64 scalar.
///
/// Source: ONNX Size, opsets 1, 13.
package struct SizeOf: OperatorDefinition {
  package var operatorName: Name { "Size" }
  package func attributes(opset: Int) -> Attributes { [:] }
}
