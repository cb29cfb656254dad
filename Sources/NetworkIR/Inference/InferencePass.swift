import OrderedCollections
import TensorCore

/// One walk over the nodes of a graph, each after those that it depends on.
struct InferencePass {
  let graph: Graph
  let binding: InputBinding
  private(set) var types: [ValueType?]
  private(set) var contents: [PartialTensor?]
  /// Small constants, of any type.
  private var constants: [Tensor?]
  /// Whether what does not fit is noted, and its types left unknown, instead of thrown.
  private let isTolerant: Bool
  private(set) var firstFailure: InferenceError?

  init(
    _ graph: Graph, _ binding: InputBinding, isTolerant: Bool = false
  ) throws(InferenceError) {
    self.graph = graph
    self.binding = binding
    self.isTolerant = isTolerant
    types = Array(repeating: nil, count: graph.valueCount)
    contents = Array(repeating: nil, count: graph.valueCount)
    constants = Array(repeating: nil, count: graph.valueCount)
    for port in graph.inputs { types[port.value.index] = binding.inputType(port.value, in: graph) }
    for (id, initializer) in graph.initializers {
      let tensor = initializer.tensor
      try set(id, ValueType(tensor.elementType, shape: tensor.shape), producer: nil)
      hold(tensor, in: id)
    }
  }

  mutating func infer(_ node: Node) throws(InferenceError) {
    guard let definition = node.operator.definition else {
      for id in node.outputs.compactMap(\.self) {
        types[id.index] = binding.declaredType(of: id, in: graph)
      }
      return
    }
    let context = InferenceContext(
      opset: graph.opset, outputCount: node.outputs.count,
      types: node.inputs.map { id in id.map { types[$0.index] ?? .unknown } },
      contents: node.inputs.map { id in id.flatMap { contents[$0.index] } },
      constants: node.inputs.map { id in id.flatMap { constants[$0.index] } })
    let inferred: [ValueType]
    let held: Held
    do {
      inferred = try definition.outputTypes(context)
      held = try Held(node.operator, context, types: inferred)
    } catch {
      let inputs = node.inputs.map { $0.map { graph[$0].name } ?? "" }
      return try fail(
        .node(node.id, name: node.name, type: node.type, inputs: inputs, error))
    }
    for (index, id) in node.outputs.enumerated() {
      guard let id else { continue }
      try set(id, index < inferred.count ? inferred[index] : .unknown, producer: node)
      switch held {
      case .nothing: break
      case .constants(let tensors): if index < tensors.count { hold(tensors[index], in: id) }
      case .partial(let tensors): if index < tensors.count { hold(tensors[index], in: id) }
      }
    }
  }

  private mutating func set(
    _ id: Value.ID, _ inferred: ValueType, producer: Node?
  ) throws(InferenceError) {
    guard let declared = binding.declaredType(of: id, in: graph) else {
      types[id.index] = inferred
      return
    }
    guard let unified = inferred.unified(with: declared) else {
      // What an initializer holds is no matter of opinion.
      if producer == nil { types[id.index] = inferred }
      return try fail(
        .contradiction(
          value: graph[id].name, producer: producer?.name, inferred: inferred, declared: declared))
    }
    types[id.index] = unified
  }

  private mutating func fail(_ failure: InferenceError) throws(InferenceError) {
    guard isTolerant else { throw failure }
    firstFailure = firstFailure ?? failure
  }

  /// Shape arithmetic whose extents are all known gives constants like any other.
  private mutating func hold(_ tensor: PartialTensor, in id: Value.ID) {
    contents[id.index] = tensor
    guard types[id.index]?.elementType == .int64, let integers = tensor.integers else { return }
    constants[id.index] = Tensor(integers.map(Int64.init), shape: tensor.shape)
  }

  private mutating func hold(_ tensor: Tensor, in id: Value.ID) {
    guard tensor.elementCount <= PartialTensor.elementLimit else { return }
    constants[id.index] = tensor
    contents[id.index] = PartialTensor(tensor)
  }
}

/// What the outputs of a node hold, where that is small and known before a run.
private enum Held {
  case nothing
  case constants([Tensor])
  case partial([PartialTensor])

  init(
    _ operator: Operator, _ context: InferenceContext, types: [ValueType]
  ) throws(OperatorFailure) {
    self = .nothing
    let isSmall = types.prefix(context.outputCount).allSatisfy {
      $0.shape.flatMap(Shape.elementCount).map { $0 <= PartialTensor.elementLimit } ?? false
    }
    guard isSmall else { return }
    let inputs = context.constants
    if zip(context.types, inputs).allSatisfy({ $0 == nil || $1 != nil }) {
      do {
        self = .constants(
          try ConstantEvaluation.evaluate(
            `operator`, inputs, outputCount: context.outputCount, opset: context.opset))
        return
      } catch {
        guard error == .notEvaluated else { throw error }
      }
    }
    self = try `operator`.partialContents(context, types: types).map { .partial($0) } ?? .nothing
  }
}
