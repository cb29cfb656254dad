import OrderedCollections

/// Takes, at each place of the indices, the entry of the data that has the index along `axis`.
///
/// Source: ONNX GatherElements, opsets 11, 13.
package struct GatherElements: OperatorDefinition {
  package var axis: Int

  init(_ attributes: Attributes) throws(AttributeError) {
    axis = try attributes.int("axis") ?? 0
  }

  package var operatorName: Name { "GatherElements" }
  package func attributes(opset: Int) -> Attributes { ["axis": .int(axis)] }
}

/// Takes the slices of the data that the rows of the indices name, batch by batch.
///
/// Source: ONNX GatherND, opsets 11, 12 (batch_dims), 13.
package struct GatherND: OperatorDefinition {
  package var batchRank: Int

  init(_ attributes: Attributes) throws(AttributeError) {
    batchRank = try attributes.int("batch_dims") ?? 0
    guard batchRank >= 0 else {
      throw AttributeError(attribute: "batch_dims", expected: "a number of axes")
    }
  }

  package var operatorName: Name { "GatherND" }

  package func attributes(opset: Int) -> Attributes {
    batchRank == 0 ? [:] : ["batch_dims": .int(batchRank)]
  }
}

/// Repeats the input along each axis as often as the second input says.
///
/// Source: ONNX Tile, opsets 6, 13; opset 1, which had one axis and one count, is opaque.
package struct Tile: OperatorDefinition {
  init(opset: Int) throws(AttributeError) {
    guard opset >= 6 else { throw AttributeError(attribute: "opset", expected: "6 or later") }
  }

  package var operatorName: Name { "Tile" }
  package func attributes(opset: Int) -> Attributes { [:] }
}
