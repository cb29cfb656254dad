import OrderedCollections
package import TensorCore

/// A constant that a node holds.
///
/// Source: ONNX Constant, opsets 1, 9, 11, 12 (value_float, value_ints, …), 13.
package struct Constant: OperatorDefinition {
  package let tensor: Tensor
  private let source: Attributes

  init(_ attributes: Attributes) throws(AttributeError) {
    source = attributes
    switch attributes.elements.first.map({ ($0.key, $0.value) }) {
    case ("value", .tensor(let tensor))?: self.tensor = tensor
    case ("value_float", .float(let value))?: tensor = Tensor([value], shape: [])
    case ("value_floats", .floats(let values))?: tensor = Tensor(values, shape: [values.count])
    case ("value_int", .int(let value))?: tensor = Tensor([value], shape: [])
    case ("value_ints", .ints(let values))?: tensor = Tensor(values, shape: [values.count])
    default: throw AttributeError(attribute: "value", expected: "a tensor, floats or integers")
    }
  }

  package var operatorName: Name { "Constant" }

  package func attributes(opset: Int) -> Attributes { source }
}

/// A tensor of one repeated element, of the shape that the input gives.
///
/// Source: ONNX ConstantOfShape, opset 9.
package struct ConstantOfShape: OperatorDefinition {
  /// One element; nil stands for Float 0.
  package let element: Tensor?

  init(_ attributes: Attributes) throws(AttributeError) {
    element = try attributes.tensor("value")
    if let element, element.elementCount != 1 {
      throw AttributeError(attribute: "value", expected: "one element")
    }
  }

  package var operatorName: Name { "ConstantOfShape" }

  package func attributes(opset: Int) -> Attributes {
    element.map { ["value": .tensor($0)] } ?? [:]
  }
}
