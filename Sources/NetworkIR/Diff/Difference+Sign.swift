extension StructureDifference {
  package var sign: DiffSign {
    switch self {
    case .portOnlyIn(let operand, _, _), .nodeOnlyIn(let operand, _, _, _):
      DiffSign(onlyIn: operand)
    case .declaredType(_, let a, let b): DiffSign(a == nil, b == nil)
    case .nodeInput(_, _, let a, let b), .nodeOutput(_, _, let a, let b):
      DiffSign(a == nil, b == nil)
    case .nodeAttribute(_, _, let a, let b): DiffSign(a == nil, b == nil)
    case .portOrder, .nodeName, .nodeOperator: .changed
    }
  }

  /// The value whose node differs; nil where an input or output of the graph does.
  package var output: Name? {
    switch self {
    case .nodeOnlyIn(_, let output, _, _), .nodeName(let output, _, _),
      .nodeOperator(let output, _, _), .nodeInput(let output, _, _, _),
      .nodeOutput(let output, _, _, _), .nodeAttribute(let output, _, _, _):
      output
    case .portOnlyIn, .portOrder, .declaredType: nil
    }
  }
}

extension MetadataDifference {
  package var sign: DiffSign {
    switch self {
    case .irVersion, .graphName: .changed
    case .opset(_, let a, let b): DiffSign(a == nil, b == nil)
    case .entry(_, let a, let b), .nodeEntry(_, _, let a, let b): DiffSign(a == nil, b == nil)
    }
  }
}

extension WeightDifference {
  package var sign: DiffSign {
    switch self {
    case .onlyIn(let operand, _, _): DiffSign(onlyIn: operand)
    case .type, .elements: .changed
    }
  }
}

extension DiffSign {
  fileprivate init(_ isFirstMissing: Bool, _ isSecondMissing: Bool) {
    self = isFirstMissing ? .onlyInSecond : isSecondMissing ? .onlyInFirst : .changed
  }
}
