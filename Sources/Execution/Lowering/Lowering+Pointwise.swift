import Kernels
import NetworkIR

extension Lowering {
  mutating func lower(_ unary: Unary, _ node: Node) throws(ExecutionError) {
    let source = try input(node, 0)
    add(
      Pointwise(function: function(of: unary)), [source], for: node,
      shape: computation.shape(source))
  }

  private func function(of unary: Unary) -> any PointwiseFunction {
    let first = unary.coefficients.first ?? 1
    let second = unary.coefficients.last ?? 1
    return switch unary.function {
    case .absolute: Magnitude()
    case .ceiling: Rounding(.up)
    case .celu: ExponentialUnit(alpha: first, divisor: first)
    case .elu: ExponentialUnit(alpha: first)
    case .errorFunction: ErrorFunction()
    case .exponential: Exponential()
    case .floor: Rounding(.down)
    case .hardSigmoid: HardSigmoid(alpha: first, beta: second)
    case .hardSwish: HardSwish()
    case .logarithm: Logarithm()
    case .negate: Negation()
    case .reciprocal: Reciprocal()
    case .round: Rounding(.toNearestOrEven)
    case .selu: ExponentialUnit(alpha: first, gamma: second)
    case .sign: Sign()
    case .softplus: Softplus()
    case .softsign: Softsign()
    case .squareRoot: SquareRoot()
    case .thresholdedRelu: ThresholdedUnit(threshold: first)
    }
  }

  mutating func lower(_ broadcasting: Broadcasting, _ node: Node) throws(ExecutionError) {
    // What inference bounds: no result is larger than the last.
    _ = try outputShape(node)
    var result = try input(node, 0)
    switch broadcasting.function {
    case .power:
      let exponent = try aligned(try input(node, 1), to: result, broadcasting.alignment, node)
      result = try pairwise(Power(), result, exponent, node)
    case .parametricRelu: result = try pairwise(ParametricUnit(), result, try slope(node), node)
    case .sum, .mean, .maximum, .minimum:
      for position in 1..<max(node.inputs.count, 1) {
        let next = try input(node, position)
        switch broadcasting.function {
        case .maximum: result = try pairwise(Maximum(), result, next, node)
        case .minimum: result = try pairwise(Minimum(), result, next, node)
        default: result = try arithmetic(.add, result, next, node)
        }
      }
    }
    if broadcasting.function == .mean {
      result = scaled(result, by: 1 / Float(node.inputs.count), node)
    }
    set(node.output(0), to: result)
  }

  mutating func pairwise(
    _ function: any PairFunction, _ a: Computation.TensorID, _ b: Computation.TensorID,
    _ node: Node
  ) throws(ExecutionError) -> Computation.TensorID {
    computation.add(
      Pairwise(function: function), [a, b], shapes: [try broadcastShape(a, b, node)],
      origin: node.name)[0]
  }

  /// PRelu's slope as it broadcasts: before opset 7 a list holds one for each channel.
  private mutating func slope(_ node: Node) throws(ExecutionError) -> Computation.TensorID {
    let rank = computation.shape(try input(node, 0)).count
    let slope = try input(node, 1)
    let shape = computation.shape(slope)
    guard graph.opset < 7, shape.count == 1, shape[0] != 1, rank > 2 else { return slope }
    return reshaped(slope, shape + Array(repeating: 1, count: rank - 2), node)
  }
}
