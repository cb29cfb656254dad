import Kernels

/// Takes the next step of a session's noise: once in a run, before what draws from it.
struct NoiseStep: Action {
  let noise: Noise

  var name: String { "noise" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let noise = noise
    planner.emit(native: name, reads: [], writes: []) { _ in noise.advance() }
  }
}

/// Scales elements by random factors. Outputs: the result, and the factors.
///
/// On row-major elements, whatever layout they come in: the factors of an element must not depend on
/// the plan.
struct DropoutAction: Action {
  let ratio: Float
  let noise: Noise
  /// Which of the network's dropouts this is, and the seed that it has of its own.
  let stream: UInt64
  let seed: UInt64?

  var name: String { "dropout" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let count = planner.shape(node.inputs[0]).reduce(1, *)
    let (draws, noise, stream, seed) = (DropoutNoise(ratio: ratio), noise, stream, seed)
    planner.emit(
      native: name, reads: [try planner.readPlain(node.inputs[0])],
      writes: [try planner.writePlain(node.outputs[0]), try planner.writePlain(node.outputs[1])]
    ) { pointers in
      draws.apply(
        count, key: noise.key(stream: stream, seed: seed),
        source: pointers.floats(0), destination: pointers.floats(1), factors: pointers.floats(2))
    }
  }

  func differentiate(
    _ node: Computation.Node, at index: Int, gradients: [Computation.TensorID?], wanted: [Bool],
    in computation: inout Computation
  ) throws(ExecutionError) -> [Computation.TensorID?] {
    guard let gradient = gradients[0] else { return [nil] }
    return computation.add(
      Arithmetic(function: .multiply), [gradient, node.outputs[1]],
      shapes: [computation.shape(node.inputs[0])], origin: node.origin, isForward: false
    ).map { $0 }
  }
}
