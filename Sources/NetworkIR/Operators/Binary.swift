import OrderedCollections

/// Elementwise arithmetic on two inputs, with numpy's broadcasting.
///
/// Source: ONNX Add, Sub, Mul, Div, opsets 7, 13, 14. Before opset 7 broadcasting was asked for by
/// attribute and aligned at `axis`; nodes that do so are opaque.
package struct Binary: OperatorDefinition {
  package enum Function: String, CaseIterable, Sendable {
    case add = "Add"
    case subtract = "Sub"
    case multiply = "Mul"
    case divide = "Div"
  }

  package var function: Function

  package init(_ function: Function) {
    self.function = function
  }

  init(_ function: Function, _ attributes: Attributes, opset: Int) throws(AttributeError) {
    if opset < 7, try attributes.flag("broadcast") {
      throw AttributeError(attribute: "broadcast", expected: "opset 7's broadcasting")
    }
    self.function = function
  }

  package var operatorName: Name { Name(function.rawValue) }

  package func attributes(opset: Int) -> Attributes { [:] }
}
