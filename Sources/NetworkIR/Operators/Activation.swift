import OrderedCollections

/// An elementwise function of one input.
///
/// Source: ONNX Relu, LeakyRelu, Sigmoid, Tanh, Clip; Clip's bounds are attributes before opset 11
/// and inputs since.
package enum Activation: OperatorDefinition {
  case relu
  case leakyRelu(alpha: Float)
  case sigmoid
  case tanh
  /// Bounds from the attributes; nil where they are inputs or left out.
  case clip(minimum: Float?, maximum: Float?)

  static let names: [Name] = ["Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip"]

  init(_ name: Name, _ attributes: Attributes, opset: Int) throws(AttributeError) {
    switch name {
    case "Relu": self = .relu
    case "LeakyRelu": self = .leakyRelu(alpha: try attributes.float("alpha") ?? 0.01)
    case "Sigmoid": self = .sigmoid
    case "Tanh": self = .tanh
    default:
      self =
        opset < 11
        ? .clip(minimum: try attributes.float("min"), maximum: try attributes.float("max"))
        : .clip(minimum: nil, maximum: nil)
    }
  }

  package var operatorName: Name {
    switch self {
    case .relu: "Relu"
    case .leakyRelu: "LeakyRelu"
    case .sigmoid: "Sigmoid"
    case .tanh: "Tanh"
    case .clip: "Clip"
    }
  }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    switch self {
    case .leakyRelu(let alpha): attributes["alpha"] = .float(alpha)
    case .clip(let minimum, let maximum):
      if let minimum { attributes["min"] = .float(minimum) }
      if let maximum { attributes["max"] = .float(maximum) }
    case .relu, .sigmoid, .tanh: break
    }
    return attributes
  }
}
