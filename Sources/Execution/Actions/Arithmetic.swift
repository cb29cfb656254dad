import Kernels
import NetworkIR

/// Elementwise arithmetic; the second input may broadcast to the shape of the first.
struct Arithmetic: Action {
  let function: BinaryFunction

  var name: String { "binary" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let (a, b) = (node.inputs[0], node.inputs[1])
    let isBroadcast = planner.shape(a) != planner.shape(b)
    let rank = planner.shape(a).count
    let padding = Array(repeating: 1, count: rank - planner.shape(b).count)
    let plain = try (
      planner.plain(planner.shape(a)), planner.plain(padding + planner.shape(b))
    )
    let layouts = isBroadcast ? plain : (planner.layout(of: a), planner.layout(of: a))
    let primitive = try planner.kernel { () throws(KernelError) in
      try Primitive.binary(
        self.function, source: layouts.0, source1: layouts.1, destination: layouts.0,
        on: planner.engine)
    }
    var sources = try [
      planner.read(a, as: layouts.0),
      isBroadcast ? planner.readPlain(b) : planner.read(b, as: layouts.1),
    ]
    // The result may be written over the first source, if nothing needs that later.
    if function.commutes, !isBroadcast, planner.isKept(a), !planner.isKept(b) {
      sources.swapAt(0, 1)
    }
    try planner.emit(
      primitive, inputs: [(.source, sources[0]), (.source1, sources[1])],
      outputs: [(.destination, planner.write(node.outputs[0], as: layouts.0))])
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    let (a, b, gradient) = (node.inputs[0], node.inputs[1], gradients[0]!)
    let shape = computation.shape(a)
    func add(_ function: BinaryFunction, _ x: Computation.TensorID, _ y: Computation.TensorID)
      -> Computation.TensorID
    {
      computation.add(
        Arithmetic(function: function), [x, y], shapes: [shape], origin: node.origin,
        isForward: false)[0]
    }
    func negated(_ x: Computation.TensorID) -> Computation.TensorID {
      computation.add(
        Elementwise(function: .linear(scale: -1, shift: 0)), [x], shapes: [shape],
        origin: node.origin, isForward: false)[0]
    }
    var results: [Computation.TensorID?] = [nil, nil]
    if wanted[0] {
      switch function {
      case .multiply: results[0] = add(.multiply, gradient, b)
      case .divide: results[0] = add(.divide, gradient, b)
      default: results[0] = gradient
      }
    }
    if wanted[1] {
      let full: Computation.TensorID
      switch function {
      case .subtract: full = negated(gradient)
      case .multiply: full = add(.multiply, gradient, a)
      // d(a/b)/db = −(a/b)/b
      case .divide: full = negated(add(.divide, add(.multiply, gradient, node.outputs[0]), b))
      default: full = gradient
      }
      results[1] = computation.sum(full, downTo: computation.shape(b), origin: node.origin)
    }
    return results
  }
}

extension Computation {
  /// Appends the sum of `tensor` over the axes that broadcasting to its shape would repeat.
  mutating func sum(
    _ tensor: TensorID, downTo target: [Int], origin: Name
  ) -> TensorID {
    let shape = shape(tensor)
    guard shape != target else { return tensor }
    let padded = Array(repeating: 1, count: shape.count - target.count) + target
    var result = tensor
    if padded != shape {
      result =
        add(
          Reduction(function: .sum), [tensor], shapes: [padded], origin: origin, isForward: false)[
          0]
    }
    guard padded != target else { return result }
    return add(Reshaping(), [result], shapes: [target], origin: origin, isForward: false)[0]
  }
}
