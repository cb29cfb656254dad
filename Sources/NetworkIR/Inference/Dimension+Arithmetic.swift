extension Dimension {
  /// The result of integer arithmetic; a symbol survives only what leaves it as it is.
  func applying(
    _ function: Binary.Function, _ other: Dimension
  ) throws(OperatorFailure) -> Dimension {
    switch (function, self, other) {
    case (_, .fixed(let a), .fixed(let b)): .fixed(try a.applying(function, b))
    case (.divide, _, .fixed(0)): throw .divisionByZero
    case (.add, .fixed(0), _), (.multiply, .fixed(1), _): other
    case (.add, _, .fixed(0)), (.subtract, _, .fixed(0)): self
    case (.multiply, _, .fixed(1)), (.divide, _, .fixed(1)): self
    case (.multiply, .fixed(0), _), (.multiply, _, .fixed(0)): .fixed(0)
    default: .unknown
    }
  }

  /// The product of extents, `.fixed(1)` of none.
  static func product(_ extents: some Sequence<Dimension>) throws(OperatorFailure) -> Dimension {
    var product = Dimension.fixed(1)
    for extent in extents { product = try product.applying(.multiply, extent) }
    return product
  }

  /// What is known of an extent that both describe; nil where they contradict.
  func unified(with other: Dimension) -> Dimension? {
    switch (self, other) {
    case (.fixed(let a), .fixed(let b)): a == b ? self : nil
    case (.fixed, _), (_, .unknown): self
    case (_, .fixed), (.unknown, _): other
    case (.symbolic, .symbolic): self
    }
  }

  /// The extent that numpy's broadcasting gives; nil where the two clash.
  func broadcast(with other: Dimension) -> Dimension? {
    switch (self, other) {
    case (.fixed(1), _): other
    case (_, .fixed(1)): self
    case (.fixed, .fixed): self == other ? self : nil
    case (.fixed, _): self
    case (_, .fixed): other
    default: self == other ? self : .unknown
    }
  }
}

extension Array where Element == Dimension {
  /// The shape that numpy's multidirectional broadcasting gives.
  func broadcast(with other: [Dimension]) throws(OperatorFailure) -> [Dimension] {
    let rank = Swift.max(count, other.count)
    let a = Array(repeating: .fixed(1), count: rank - count) + self
    let b = Array(repeating: .fixed(1), count: rank - other.count) + other
    var result: [Dimension] = []
    for (x, y) in zip(a, b) {
      guard let extent = x.broadcast(with: y) else { throw .shapes([self, other]) }
      result.append(extent)
    }
    return result
  }
}

extension FixedWidthInteger {
  /// Integer arithmetic as ONNX defines it (division truncates), checked: for extents.
  func applying(
    _ function: Binary.Function, _ other: Self
  ) throws(OperatorFailure) -> Self {
    let (result, overflow) = try reporting(function, other)
    guard !overflow else { throw .overflow }
    return result
  }

  /// The same modulo 2ⁿ, as runtimes compute elements of n bits; the least one divided by −1 is
  /// itself.
  func wrapping(
    _ function: Binary.Function, _ other: Self
  ) throws(OperatorFailure) -> Self {
    try reporting(function, other).partialValue
  }

  private func reporting(
    _ function: Binary.Function, _ other: Self
  ) throws(OperatorFailure) -> (partialValue: Self, overflow: Bool) {
    if function == .divide, other == 0 { throw .divisionByZero }
    return switch function {
    case .add: addingReportingOverflow(other)
    case .subtract: subtractingReportingOverflow(other)
    case .multiply: multipliedReportingOverflow(by: other)
    case .divide: dividedReportingOverflow(by: other)
    }
  }
}
