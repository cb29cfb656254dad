/// A function of two elements of one type.
enum ElementFunction {
  case arithmetic(Binary.Function)
  case greater
  case lesser

  /// Modulo 2ⁿ for elements of n bits; throws where it divides by zero.
  func value<Element: FixedWidthInteger>(
    _ a: Element, _ b: Element
  ) throws(OperatorFailure) -> Element {
    switch self {
    case .arithmetic(let function): try a.wrapping(function, b)
    case .greater: max(a, b)
    case .lesser: min(a, b)
    }
  }

  /// NaN where either is.
  func value<Element: BinaryFloatingPoint>(_ a: Element, _ b: Element) -> Element {
    switch self {
    case .arithmetic(.add): a + b
    case .arithmetic(.subtract): a - b
    case .arithmetic(.multiply): a * b
    case .arithmetic(.divide): a / b
    case .greater: a >= b ? a : b > a ? b : a + b
    case .lesser: a <= b ? a : b < a ? b : a + b
    }
  }
}
