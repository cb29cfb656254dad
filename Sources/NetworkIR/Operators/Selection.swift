import OrderedCollections

/// Elements of the second input where the first is true, of the third elsewhere, with numpy's
/// broadcasting.
///
/// Source: ONNX Where, opsets 9, 16.
package struct Where: OperatorDefinition {
  package var operatorName: Name { "Where" }
  package func attributes(opset: Int) -> Attributes { [:] }
}

/// Whether elements are the same, with numpy's broadcasting.
///
/// Source: ONNX Equal, opsets 7, 11, 13, 19; before opset 7, with its axis, opaque.
package struct Equal: OperatorDefinition {
  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    if opset < 7 { throw AttributeError(attribute: "opset", expected: "7 or later") }
  }

  package var operatorName: Name { "Equal" }
  package func attributes(opset: Int) -> Attributes { [:] }
}
