import OrderedCollections

/// An elementwise function of one input that its name and a few coefficients decide.
///
/// Source: ONNX Abs, Ceil, Celu, Elu, Erf, Exp, Floor, HardSigmoid, HardSwish, Log, Neg, Reciprocal,
/// Round, Selu, Sign, Softplus, Softsign, Sqrt, ThresholdedRelu, opset 6 or their first.
package struct Unary: OperatorDefinition {
  package enum Function: String, CaseIterable, Sendable {
    case absolute = "Abs"
    case ceiling = "Ceil"
    case celu = "Celu"
    case elu = "Elu"
    case errorFunction = "Erf"
    case exponential = "Exp"
    case floor = "Floor"
    case hardSigmoid = "HardSigmoid"
    case hardSwish = "HardSwish"
    case logarithm = "Log"
    case negate = "Neg"
    case reciprocal = "Reciprocal"
    case round = "Round"
    case selu = "Selu"
    case sign = "Sign"
    case softplus = "Softplus"
    case softsign = "Softsign"
    case squareRoot = "Sqrt"
    case thresholdedRelu = "ThresholdedRelu"

    /// The attributes, each with the value that it has where the node has none.
    var coefficients: [(name: Name, fallback: Float)] {
      switch self {
      case .celu, .elu, .thresholdedRelu: [("alpha", 1)]
      case .hardSigmoid: [("alpha", 0.2), ("beta", 0.5)]
      case .selu: [("alpha", 1.673_263_192_176_818_8), ("gamma", 1.050_701_022_148_132_3)]
      default: []
      }
    }
  }

  package var function: Function
  /// In the order of `Function.coefficients`.
  package var coefficients: [Float]

  init(_ function: Function, _ attributes: Attributes) throws(AttributeError) {
    self.function = function
    coefficients = []
    for (name, fallback) in function.coefficients {
      coefficients.append(try attributes.float(name) ?? fallback)
    }
  }

  package var operatorName: Name { Name(function.rawValue) }

  package func attributes(opset: Int) -> Attributes {
    Attributes(
      uniqueKeysWithValues: zip(function.coefficients, coefficients).map {
        ($0.name, AttributeValue.float($1))
      })
  }
}
