import Foundation
import TensorCore

extension Broadcasting {
  /// What Sum, Mean, Max, Min and Pow give.
  ///
  /// - Parameter shape: what the operands broadcast to.
  func evaluated(_ operands: [Tensor], shape: [Int]) throws(OperatorFailure) -> Tensor {
    guard let first = operands.first else { throw .missingInput(0) }
    let combine: ElementFunction
    switch function {
    case .sum, .mean: combine = .arithmetic(.add)
    case .maximum: combine = .greater
    case .minimum: combine = .lesser
    case .power:
      guard operands.count > 1 else { throw .missingInput(1) }
      let exponent = try alignment?.aligned(operands[1], to: first) ?? operands[1]
      return try first.raised(to: exponent, shape: shape)
    case .parametricRelu: throw .notEvaluated
    }
    var result = first
    for operand in operands.dropFirst() {
      result = try result.applying(combine, operand, shape: shape)
    }
    guard function == .mean else { return result }
    guard let count = Tensor(rounding: [Double(operands.count)], to: first.elementType, shape: [])
    else { throw .notEvaluated }
    return try result.applying(.arithmetic(.divide), count, shape: shape)
  }
}

extension Activation {
  /// What Clip gives, for numbers of any type: the greater of element and minimum first.
  func evaluated(_ operands: [Tensor?]) throws(OperatorFailure) -> Tensor {
    guard case .clip(let minimum, let maximum) = self, let first = operands.first, let x = first
    else { throw .notEvaluated }
    var result = x
    for (position, attribute, function) in [
      (1, minimum, ElementFunction.greater), (2, maximum, ElementFunction.lesser),
    ] {
      var bound = position < operands.count ? operands[position] : nil
      if let attribute {
        bound = Tensor(rounding: [Double(attribute)], to: x.elementType, shape: [])
      }
      guard let bound else { continue }
      guard bound.elementCount == 1 else { throw .contents(input: position) }
      result = try result.applying(function, bound.reshaped([]), shape: x.shape)
    }
    return result
  }
}

extension Unary {
  /// What Neg gives, for numbers that have a sign; the least integer is its own negative.
  func evaluated(_ x: Tensor) throws(OperatorFailure) -> Tensor {
    guard function == .negate,
      let sign = try? Tensor([-1.0], shape: []).cast(to: x.elementType)
    else { throw .notEvaluated }
    return try x.applying(.arithmetic(.multiply), sign, shape: x.shape)
  }
}

extension Tensor {
  /// aᵇ in the type of a: of integers exactly, else by Doubles, rounded like a cast.
  ///
  /// Throws `.overflow` where an integer type can't hold a power: runtimes compute powers in
  /// floating point, so that none of them wraps.
  fileprivate func raised(to exponent: Tensor, shape: [Int]) throws(OperatorFailure) -> Tensor {
    guard !shape.contains(0) else { return Tensor(elementType, [UInt8](), shape) }
    let (a, b) = (try broadcast(to: shape), try exponent.broadcast(to: shape))
    if let bases = a.integers, let exponents = b.integers {
      var powers: [Int] = []
      for (base, exponent) in zip(bases, exponents) {
        powers.append(try base.raised(to: exponent))
      }
      return try Tensor(checking: powers, elementType, shape)
    }
    guard let bases = a.doubles, let exponents = b.doubles else { throw .notEvaluated }
    return try Tensor(zip(bases, exponents).map { pow($0, $1) }, shape: shape)
      .cast(to: elementType)
  }
}

extension Int {
  /// Powers below 1 are truncated.
  fileprivate func raised(to exponent: Int) throws(OperatorFailure) -> Int {
    if exponent < 0 {
      guard self != 0 else { throw .divisionByZero }
      guard magnitude == 1 else { return 0 }
    }
    // ±1 and 0 to any power, and others to no more than 63: the loop ends.
    if magnitude <= 1 {
      return exponent.isMultiple(of: 2) ? (exponent == 0 ? 1 : self * self) : self
    }
    var power = 1
    for _ in 0..<exponent {
      let (product, overflow) = power.multipliedReportingOverflow(by: self)
      guard !overflow else { throw .overflow }
      power = product
    }
    return power
  }
}
