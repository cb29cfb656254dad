import OrderedCollections

/// The greatest element, or the Lᵖ norm, over all spatial axes, which stay with extent 1.
///
/// Source: ONNX GlobalMaxPool, opsets 1, 22; GlobalLpPool, opsets 1 (p a float), 2, 22.
package struct GlobalPool: OperatorDefinition {
  package enum Function: Hashable, Sendable {
    case max
    case norm(exponent: Float)
  }

  package var function: Function

  package init(_ function: Function) {
    self.function = function
  }

  init(norm attributes: Attributes) throws(AttributeError) {
    function = .norm(exponent: try attributes.normExponent())
  }

  package var operatorName: Name { function == .max ? "GlobalMaxPool" : "GlobalLpPool" }

  package func attributes(opset: Int) -> Attributes {
    guard case .norm(let exponent) = function, exponent != 2 else { return [:] }
    return ["p": .normExponent(exponent, opset: opset)]
  }
}

extension OrderedDictionary where Key == Name, Value == AttributeValue {
  /// The p of an Lᵖ norm: a float in opset 1, an integer since.
  func normExponent() throws(AttributeError) -> Float {
    let exponent: Float
    if case .float(let value)? = self["p"] {
      exponent = value
    } else {
      exponent = Float(try int("p") ?? 2)
    }
    guard exponent >= 1, exponent.isFinite else {
      throw AttributeError(attribute: "p", expected: "1 or more")
    }
    return exponent
  }
}

extension AttributeValue {
  static func normExponent(_ exponent: Float, opset: Int) -> AttributeValue {
    opset < 2 ? .float(exponent) : .int(Int64(exactly: exponent) ?? 2)
  }
}
