import OrderedCollections

/// Elementwise arithmetic on two inputs, with numpy's broadcasting.
///
/// Source: ONNX Add, Sub, Mul, Div, opsets 1, 6 (broadcasting by attribute), 7, 13, 14.
package struct Binary: OperatorDefinition {
  package enum Function: String, CaseIterable, Sendable {
    case add = "Add"
    case subtract = "Sub"
    case multiply = "Mul"
    case divide = "Div"
  }

  package var function: Function
  /// How the second input lies in the first, where an old opset says so.
  package var alignment: AxisAlignment?

  package init(_ function: Function) {
    self.function = function
  }

  init(_ function: Function, _ attributes: Attributes, opset: Int) throws(AttributeError) {
    self.function = function
    alignment = try AxisAlignment(attributes, opset: opset)
  }

  package var operatorName: Name { Name(function.rawValue) }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    alignment?.write(to: &attributes)
    return attributes
  }
}
