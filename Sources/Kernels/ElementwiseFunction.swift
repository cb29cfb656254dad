import COneDNN

/// A function of one element.
///
/// Where it has a kink the gradient is PyTorch's: of `relu` it is the slope at 0, of `clip` it is 0
/// at both bounds (as `Hardtanh` and `ReLU6` have it), of `absolute` 0 at 0.
package enum ElementwiseFunction: Equatable, Sendable {
  case relu(slope: Float)
  /// Bounds in order; infinite ones are fine.
  case clip(lower: Float, upper: Float)
  case logistic, tanh
  /// scale · x + shift
  case linear(scale: Float, shift: Float)
  /// x above 0, alpha · (eˣ − 1) below
  case elu(alpha: Float)
  /// ln(1 + eˣ)
  case softplus
  case exponential, squareRoot, absolute
  /// scale · x^exponent
  case power(scale: Float, exponent: Float)
  /// x · Φ(x), by the error function
  case gelu
  /// x · clip(x/6 + 1/2, 0, 1)
  case hardSwish

  var raw: (function: expandc_elementwise, alpha: Float, beta: Float) {
    switch self {
    case .relu(let slope): (EXPANDC_RELU, slope, 0)
    case .clip(let lower, let upper): (EXPANDC_CLIP, lower, upper)
    case .logistic: (EXPANDC_LOGISTIC, 0, 0)
    case .tanh: (EXPANDC_TANH, 0, 0)
    case .linear(let scale, let shift): (EXPANDC_LINEAR, scale, shift)
    case .elu(let alpha): (EXPANDC_ELU, alpha, 0)
    case .softplus: (EXPANDC_SOFTPLUS, 0, 0)
    case .exponential: (EXPANDC_EXPONENTIAL, 0, 0)
    case .squareRoot: (EXPANDC_SQUARE_ROOT, 0, 0)
    case .absolute: (EXPANDC_ABSOLUTE, 0, 0)
    case .power(let scale, let exponent): (EXPANDC_POWER, scale, exponent)
    case .gelu: (EXPANDC_GELU, 0, 0)
    case .hardSwish: (EXPANDC_HARD_SWISH, 0, 0)
    }
  }
}
