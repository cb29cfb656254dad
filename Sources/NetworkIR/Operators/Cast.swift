import OrderedCollections
package import TensorCore

/// Conversion to another element type.
///
/// Source: ONNX Cast, opsets 6, 9, 13, 19.
package struct Cast: OperatorDefinition {
  package var elementType: ElementType

  init(_ attributes: Attributes) throws(AttributeError) {
    guard let to = try attributes.int("to"),
      let elementType = Int32(exactly: to).flatMap(ElementType.init)
    else { throw AttributeError(attribute: "to", expected: "an element type") }
    self.elementType = elementType
  }

  package var operatorName: Name { "Cast" }

  package func attributes(opset: Int) -> Attributes {
    ["to": .int(Int(elementType.rawValue))]
  }
}
