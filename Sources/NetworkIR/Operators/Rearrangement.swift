import OrderedCollections

/// Joins the inputs along `axis`.
///
/// Source: ONNX Concat, opsets 4, 11, 13; before opset 4 the axis defaulted to 1.
package struct Concat: OperatorDefinition {
  package var axis: Int

  package init(axis: Int) {
    self.axis = axis
  }

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    guard let axis = try attributes.int("axis") ?? (opset < 4 ? 1 : nil) else {
      throw AttributeError(attribute: "axis", expected: "an axis")
    }
    self.axis = axis
  }

  package var operatorName: Name { "Concat" }
  package func attributes(opset: Int) -> Attributes { ["axis": .int(axis)] }
}

/// Cuts the input along `axis`, into parts of the given or of equal extents.
///
/// Source: ONNX Split, opsets 2, 11, 13 (extents as input), 18 (num_outputs).
package struct Split: OperatorDefinition {
  package var axis: Int
  /// Nil where the extents are an input, or equal.
  package var extents: [Int]?

  init(_ attributes: Attributes) throws(AttributeError) {
    axis = try attributes.int("axis") ?? 0
    extents = try attributes.ints("split")
  }

  package var operatorName: Name { "Split" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = ["axis": .int(axis)]
    if let extents { attributes["split"] = .ints(extents) }
    return attributes
  }
}

/// Takes a strided box out of the input.
///
/// Source: ONNX Slice, opsets 1 (attributes), 10, 11, 13 (inputs starts, ends, axes, steps).
package struct Slice: OperatorDefinition {
  /// Before opset 10.
  package var starts: [Int]?
  package var ends: [Int]?
  package var axes: [Int]?

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    guard opset < 10 else { return }
    starts = try attributes.ints("starts")
    ends = try attributes.ints("ends")
    axes = try attributes.ints("axes")
    guard let starts, let ends, starts.count == ends.count else {
      throw AttributeError(attribute: "starts", expected: "as many starts as ends")
    }
  }

  package var operatorName: Name { "Slice" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    if let axes { attributes["axes"] = .ints(axes) }
    if let ends { attributes["ends"] = .ints(ends) }
    if let starts { attributes["starts"] = .ints(starts) }
    return attributes
  }
}

/// Permutes the axes.
///
/// Source: ONNX Transpose, opsets 1, 13.
package struct Transpose: OperatorDefinition {
  /// Nil reverses the axes.
  package var permutation: [Int]?

  init(_ attributes: Attributes) throws(AttributeError) {
    permutation = try attributes.ints("perm")
    if let permutation, permutation.sorted() != Array(permutation.indices) {
      throw AttributeError(attribute: "perm", expected: "a permutation of the axes")
    }
  }

  package var operatorName: Name { "Transpose" }

  package func attributes(opset: Int) -> Attributes {
    permutation.map { ["perm": .ints($0)] } ?? [:]
  }
}

/// Takes the entries that the second input names, along `axis`.
///
/// Source: ONNX Gather, opsets 1, 11, 13.
package struct Gather: OperatorDefinition {
  package var axis: Int

  init(_ attributes: Attributes) throws(AttributeError) {
    axis = try attributes.int("axis") ?? 0
  }

  package var operatorName: Name { "Gather" }
  package func attributes(opset: Int) -> Attributes { ["axis": .int(axis)] }
}
