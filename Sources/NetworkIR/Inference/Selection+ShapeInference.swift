import TensorCore

extension Where {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.sharedElementType(1...2)
    let condition = try inputs.dimensions(0)
    let (x, y) = (try inputs.dimensions(1), try inputs.dimensions(2))
    guard let condition, let x, let y else { return [ValueType(elementType, nil)] }
    return [ValueType(elementType, try condition.broadcast(with: x).broadcast(with: y))]
  }
}

extension Equal {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let (a, b) = (try inputs.dimensions(0), try inputs.dimensions(1))
    guard let a, let b else { return [ValueType(.bool, nil)] }
    return [ValueType(.bool, try a.broadcast(with: b))]
  }
}
