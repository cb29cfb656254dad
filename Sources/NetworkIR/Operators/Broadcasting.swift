import OrderedCollections

/// An elementwise function of inputs that broadcast together, beyond arithmetic: of any number of
/// them (Sum, Mean, Max, Min), of a base and an exponent (Pow), of an input and its slope (PRelu).
///
/// Source: ONNX Sum, Mean, Max, Min, opsets 6 (equal shapes), 8; Pow, opsets 1 (as Add of
/// opset 6), 7, 12, 13, 15; PRelu,
/// opsets 6 (a slope of one element or one a channel), 7, 9, 16.
package struct Broadcasting: OperatorDefinition {
  package enum Function: String, CaseIterable, Sendable {
    case sum = "Sum"
    case mean = "Mean"
    case maximum = "Max"
    case minimum = "Min"
    case power = "Pow"
    case parametricRelu = "PRelu"
  }

  package var function: Function
  /// Of the exponent, where an old opset says so.
  package var alignment: AxisAlignment?

  init(_ function: Function, _ attributes: Attributes, opset: Int) throws(AttributeError) {
    self.function = function
    alignment = function == .power ? try AxisAlignment(attributes, opset: opset) : nil
  }

  package var operatorName: Name { Name(function.rawValue) }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    alignment?.write(to: &attributes)
    return attributes
  }
}
