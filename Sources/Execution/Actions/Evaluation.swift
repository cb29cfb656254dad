import NetworkIR
import TensorCore

/// An operator that a run evaluates the way constants are evaluated before one: exact in every type
/// of elements, on one core, with memory of its own. In inference only.
struct Evaluation: Action {
  let node: NetworkIR.Node
  let opset: Int
  /// Which of the action's inputs each input of the node is; nil where the node leaves it out.
  let positions: [Int?]

  var name: String { "evaluation" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    try planner.emit(evaluating: node, for: self.node, name: name) {
      (inputs) throws(OperatorFailure) in
      let results = try ConstantEvaluation.evaluate(
        self.node.operator, positions.map { $0.map { inputs[$0] } },
        outputCount: self.node.outputs.count, opset: opset)
      return zip(self.node.outputs, results).compactMap { $0 == nil ? nil : $1 }
    }
  }
}

/// The same numbers in another element type: how a value of another type than Float comes to the
/// loops that compute in Floats, and back.
struct Retyping: Action {
  let elementType: ElementType
  /// The network's node that reads them.
  let node: NetworkIR.Node

  var name: String { "retyping" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    try planner.emit(evaluating: node, for: self.node, name: name) {
      (inputs) throws(OperatorFailure) in [try inputs[0].cast(to: elementType)]
    }
  }
}

extension Planner {
  /// Emits a step that makes the outputs of `node` out of its inputs as tensors of their own types.
  ///
  /// The tensors that `body` gets lie in the arena: it must not keep them.
  ///
  /// - Parameter source: the network's node that errors name.
  fileprivate func emit(
    evaluating node: Computation.Node, for source: NetworkIR.Node, name: String,
    by body: @escaping @Sendable ([Tensor]) throws(OperatorFailure) -> [Tensor]
  ) throws(ExecutionError) {
    var (reads, writes): ([Buffer.ID], [Buffer.ID]) = ([], [])
    for input in node.inputs { reads.append(try readPlain(input)) }
    for output in node.outputs { writes.append(try writePlain(output)) }
    let inputs = node.inputs.map { computation[$0] }
    let outputs = node.outputs.map { computation[$0] }
    let origin = node.origin
    emit(native: name, reads: reads, writes: writes) { pointers throws(ExecutionError) in
      let results: [Tensor]
      do throws(OperatorFailure) {
        results = try body(zip(inputs, pointers).map { $0.tensor(at: $1) })
      } catch {
        throw .evaluation(
          node: source.name, index: source.id.index, type: source.type, error)
      }
      for (result, (output, pointer)) in zip(results, zip(outputs, pointers[inputs.count...])) {
        // A file may declare what an operator doesn't give.
        guard result.shape == output.shape, result.elementType == output.elementType else {
          throw .unsupportedElementType(
            value: origin, ValueType(result.elementType, shape: result.shape))
        }
        result.storage.withBytes {
          guard let bytes = $0.baseAddress else { return }
          pointer.copyMemory(from: bytes, byteCount: $0.count)
        }
      }
    }
  }
}

/// Says that memory stays as it is while it is lent.
private final class Lender: Sendable {}

extension Computation.Entry {
  /// The tensor that lies at `pointer`, which must outlive it.
  fileprivate func tensor(at pointer: UnsafeMutableRawPointer) -> Tensor {
    Tensor(
      elementType: elementType, shape: shape,
      storage: TensorStorage(
        borrowing: UnsafeRawBufferPointer(start: pointer, count: byteCount), from: Lender()))
  }
}
