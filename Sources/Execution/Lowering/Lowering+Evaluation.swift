import NetworkIR
import TensorCore

/// Nodes that a run evaluates, and tensors of other types than Float.
///
/// A value of another type may be there twice: as it is, and as the Floats of its numbers.
extension Lowering {
  /// Whether a run evaluates the node: what it reads or gives is of another type than Float, has no
  /// elements, or says where to take elements from.
  func isEvaluated(_ node: Node) -> Bool {
    guard mode == .inference, node.operator.isEvaluable else { return false }
    switch node.operator {
    case .constant, .shape, .size: return false
    case .constantOfShape, .equal, .maxUnpool: return true
    case .cast(let cast):
      let isNarrowing = [.float, .double, .float16, .bfloat16].contains(cast.elementType)
      return !isNarrowing || !(node.input(0).map(isFloat) ?? true)
    case .gather, .gatherElements, .gatherND:
      if let indices = node.input(1), isInteger(indices), known(indices) == nil { return true }
    default: break
    }
    return values(computedBy: node).contains { !isFloat($0) || isEmpty($0) }
  }

  /// The values whose elements enter the output's, and the output; not numbers of any type.
  func values(computedBy node: Node) -> [Value.ID] {
    let read = node.operator.computedInputs(of: node.inputs.count)
      .filter { !node.operator.readsNumbers(at: $0) }.map { node.input($0) }
    return (read + node.outputs.prefix(1)).compactMap(\.self)
  }

  /// The values that must be computed before the node is.
  func valuesRead(by node: Node) -> [Value.ID] {
    let positions =
      isEvaluated(node)
      ? node.inputs.indices : node.operator.computedInputs(of: node.inputs.count)
    return positions.compactMap { node.input($0) }.filter { known($0) == nil }
  }

  private func isConstant(_ value: Value.ID?) -> Bool {
    value.map { (try? graph.constant($0, assumingConstantInputs: true)) != nil } ?? false
  }

  func isEmpty(_ value: Value.ID) -> Bool {
    types.type(of: value)?.dimensions?.contains(.fixed(0)) ?? false
  }

  private func isInteger(_ value: Value.ID) -> Bool {
    let type = types.type(of: value)?.elementType
    return type == .int64 || type == .int32
  }

  /// What a value of another type than Float holds, where that is known before a run.
  func known(_ value: Value.ID) -> Tensor? {
    guard !isFloat(value) else { return nil }
    if let constant = try? graph.constant(value, assumingConstantInputs: true) {
      return constant.tensor
    }
    guard types.type(of: value)?.elementType == .int64, let contents = types.contents(of: value)
    else { return nil }
    return contents.integers.map { Tensor($0.map(Int64.init), shape: contents.shape) }
  }

  mutating func lowerEvaluated(_ node: Node, _ index: Int) throws(ExecutionError) {
    // What is known needs no step: it is read as a constant.
    if isConstant(node.output(0)) { return }
    var inputs: [Computation.TensorID] = []
    var positions: [Int?] = []
    for value in node.inputs {
      positions.append(value == nil ? nil : inputs.count)
      if let value { inputs.append(try exactTensor(value, for: node)) }
    }
    var (shapes, elementTypes): ([[Int]], [ElementType]) = ([], [])
    let outputs = node.outputs.compactMap(\.self)
    for output in outputs {
      shapes.append(try shape(output))
      elementTypes.append(try elementType(output))
    }
    let results = computation.add(
      Evaluation(node: node, opset: graph.opset, positions: positions), inputs, shapes: shapes,
      elementTypes: elementTypes, origin: node.name)
    for (output, result) in zip(outputs, results) {
      if isFloat(output) { set(output, to: result) } else { exact[output] = result }
    }
  }

  /// The tensor that holds the value's elements in its own type.
  mutating func exactTensor(
    _ value: Value.ID, for node: Node
  ) throws(ExecutionError) -> Computation.TensorID {
    if isFloat(value) { return try tensor(value) }
    if let tensor = exact[value] { return tensor }
    let type = try elementType(value)
    let made: Computation.TensorID
    if let known = known(value) {
      made = computation.addTensor(
        known.shape, .constant(known), name: graph[value].name, elementType: known.elementType)
    } else if graph.requiredInputs.contains(value) {
      made = addInput(value, try shape(value), type)
    } else {
      made = retyped(try tensor(value), to: type, for: node)
    }
    exact[value] = made
    return made
  }

  /// The Floats of a value's numbers, where it is only there in another type.
  mutating func converted(
    _ value: Value.ID
  ) throws(ExecutionError) -> Computation.TensorID? {
    guard mode == .inference, !isFloat(value), let node = graph.consumers(of: value).first,
      exact[value] != nil || graph.requiredInputs.contains(value)
    else { return nil }
    return retyped(try exactTensor(value, for: graph[node]), to: .float, for: graph[node])
  }

  private mutating func retyped(
    _ tensor: Computation.TensorID, to type: ElementType, for node: Node
  ) -> Computation.TensorID {
    computation.add(
      Retyping(elementType: type, node: node), [tensor], shapes: [computation.shape(tensor)],
      elementTypes: [type], origin: node.name)[0]
  }

  /// The type of the value's elements, which must be of whole bytes.
  private func elementType(_ value: Value.ID) throws(ExecutionError) -> ElementType {
    let type = types.type(of: value) ?? .unknown
    if isFloat(value) { return .float }
    guard let width = type.elementType.bitWidth, width >= 8 else {
      throw .unsupportedElementType(value: graph[value].name, type)
    }
    return type.elementType
  }
}
