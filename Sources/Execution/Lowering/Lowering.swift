import NetworkIR
import TensorCore

/// Lowers a network to the computation of its outputs, with all shapes bound.
///
/// Demand-driven: what feeds shapes, bounds or scales is evaluated as a constant, never computed.
struct Lowering {
  let graph: Graph
  let types: ShapeInference
  let mode: RunMode
  /// PyTorch corrects the running variance, ONNX's operator doesn't.
  let correctsRunningVariance: Bool
  /// What dropout draws from.
  let noise: Noise
  var computation = Computation()
  /// The graph's inputs that the computation reads, in the graph's order.
  private(set) var inputs: [(value: Value.ID, tensor: Computation.TensorID)] = []
  /// What the parameter store must hold.
  private(set) var stored: [(value: Value.ID, shape: [Int], elements: [Float])] = []
  /// What each output is, in the order asked for.
  private(set) var results: [Result] = []
  private var tensors: [Value.ID: Computation.TensorID] = [:]
  /// The values of other types than Float that are there in their own type.
  var exact: [Value.ID: Computation.TensorID] = [:]

  enum Result {
    /// Output `index` of the computation, whose Floats stand for elements of the type.
    case computed(index: Int, ElementType)
    /// Known before a run: an output of integers that nothing but shapes and constants feeds.
    case known(Tensor)
  }

  init(
    _ graph: Graph, inputShapes: [Value.ID: [Int]], outputs: [Value.ID], mode: RunMode,
    correctsRunningVariance: Bool = true, noise: Noise = Noise()
  ) throws(ExecutionError) {
    self.graph = graph
    self.mode = mode
    self.correctsRunningVariance = correctsRunningVariance
    self.noise = noise
    do { types = try ShapeInference(graph, inputShapes: inputShapes) } catch {
      throw .inference(error)
    }
    for input in graph.requiredInputs
    where isFloat(input) || mode != .inference && isNumber(input) {
      tensors[input] = addInput(input, try shape(input), .float)
    }
    let known = outputs.map { mode == .inference ? self.known($0) : nil }
    let computed = zip(outputs, known).filter { $0.1 == nil }.map(\.0)
    let needed = needed(for: computed)
    for (index, node) in graph.nodes.enumerated() where needed.contains(node.id) {
      try lower(node, index)
    }
    for (output, known) in zip(outputs, known) {
      if let known {
        results.append(.known(known))
      } else {
        let index = computation.outputs.count
        if let made = exact[output] {
          computation.outputs.append(made)
        } else {
          computation.outputs.append(try tensor(output))
        }
        results.append(.computed(index: index, types.type(of: output)?.elementType ?? .float))
      }
    }
  }

  /// The nodes that elements of the outputs come from.
  private func needed(for outputs: [Value.ID]) -> Set<Node.ID> {
    var needed: Set<Node.ID> = []
    var pending = outputs
    while let value = pending.popLast() {
      guard let node = graph.producer(of: value), needed.insert(node.id).inserted else { continue }
      pending += valuesRead(by: node)
    }
    return needed
  }

  /// The tensor that holds a value: made before, or a constant of the graph.
  mutating func tensor(_ value: Value.ID) throws(ExecutionError) -> Computation.TensorID {
    if let tensor = tensors[value] { return tensor }
    if let tensor = try converted(value) {
      tensors[value] = tensor
      return tensor
    }
    let (constant, elements) = try numbers(value)
    let role: Computation.Role
    if graph.initializer(value) != nil {
      // A scalar is a number that the exporter wrote out, like the 6 of x/6: nobody trains it.
      // An integer is no parameter either.
      role =
        mode == .training && !constant.shape.isEmpty && isFloat(value)
        ? .parameter(value) : .stored(value)
      stored.append((value, constant.shape, elements))
    } else {
      role = .constant(Tensor(elements, shape: constant.shape))
    }
    return add(value, constant.shape, role)
  }

  /// A running mean or variance, which an update writes and no gradient reaches.
  mutating func statistic(_ value: Value.ID) throws(ExecutionError) -> Computation.TensorID {
    if let tensor = tensors[value] { return tensor }
    guard graph.initializer(value) != nil else { return try tensor(value) }
    let (constant, elements) = try numbers(value)
    stored.append((value, constant.shape, elements))
    return add(value, constant.shape, .stored(value))
  }

  /// A constant of the graph with its elements as Floats.
  ///
  /// Refuses NaN: oneDNN's ReLU makes 0 of it, and a damaged network would compute numbers.
  private func numbers(
    _ value: Value.ID
  ) throws(ExecutionError) -> (tensor: Tensor, elements: [Float]) {
    let constant = try constant(value, for: graph[value].name)
    guard let elements = constant.floats else {
      throw .unsupportedElementType(
        value: graph[value].name, ValueType(constant.elementType, shape: constant.shape))
    }
    if elements.contains(where: \.isNaN) { throw .notANumber(value: graph[value].name) }
    return (constant, elements)
  }

  /// A constant that lowering makes itself.
  mutating func constant(_ elements: [Float], _ shape: [Int]) -> Computation.TensorID {
    computation.addTensor(shape, .constant(Tensor(elements, shape: shape)), name: "")
  }

  /// An input that a run must be given, the inputs kept in the graph's order.
  mutating func addInput(
    _ value: Value.ID, _ shape: [Int], _ elementType: ElementType
  ) -> Computation.TensorID {
    let tensor = computation.addTensor(
      shape, .input, name: graph[value].name, elementType: elementType)
    let order = graph.requiredInputs
    let place = order.firstIndex(of: value) ?? order.count
    let position = inputs.firstIndex { order.firstIndex(of: $0.value) ?? order.count > place }
    inputs.insert((value, tensor), at: position ?? inputs.count)
    return tensor
  }

  mutating func set(_ value: Value.ID?, to tensor: Computation.TensorID) {
    if let value { tensors[value] = tensor }
  }

  func shape(_ value: Value.ID) throws(ExecutionError) -> [Int] {
    guard let shape = types.shape(of: value), let count = Shape.elementCount(shape) else {
      throw .unknownShape(value: graph[value].name)
    }
    // So that no sum of buffers overflows; no machine has as much memory.
    guard count <= 1 << 44 else { throw .outOfMemory(bytes: count) }
    return shape
  }

  /// The tensor that the graph fixes for `value`.
  func constant(_ value: Value.ID, for node: Name) throws(ExecutionError) -> Tensor {
    do { return try graph.constant(value, assumingConstantInputs: true).tensor } catch {
      if let known = known(value) { return known }
      throw .notConstant(value: graph[value].name, node: node)
    }
  }

  /// The integers that feed `value`: from the graph, or from shapes that are bound.
  func integers(_ value: Value.ID, for node: Name) throws(ExecutionError) -> [Int] {
    if let integers = types.contents(of: value)?.integers { return integers }
    guard let integers = try constant(value, for: node).integers else {
      throw .notConstant(value: graph[value].name, node: node)
    }
    return integers
  }

  private mutating func add(
    _ value: Value.ID, _ shape: [Int], _ role: Computation.Role
  ) -> Computation.TensorID {
    let tensor = computation.addTensor(shape, role, name: graph[value].name)
    tensors[value] = tensor
    return tensor
  }

  /// True for integers that a node reads as numbers: labels, exponents, what is cast.
  private func isNumber(_ value: Value.ID) -> Bool {
    let type = types.type(of: value)?.elementType
    guard type == .int64 || type == .int32 else { return false }
    return graph.consumers(of: value).contains { consumer in
      let node = graph[consumer]
      return node.inputs.enumerated().contains {
        $1 == value && node.operator.readsNumbers(at: $0)
      }
    }
  }

  func isFloat(_ value: Value.ID) -> Bool {
    let type = types.type(of: value)?.elementType
    return type == .float || type == .undefined || type == nil
  }
}

extension Operator {
  /// The inputs whose elements enter the output's elements; the others are evaluated beforehand.
  func computedInputs(of count: Int) -> Range<Int> {
    switch self {
    case .batchNormalization, .binary, .broadcasting, .classificationLoss, .concat, .conv,
      .convTranspose, .gemm, .instanceNormalization, .matMul, .opaque, .select:
      0..<count
    case .constant, .constantOfShape, .equal, .shape, .size: 0..<0
    default: 0..<min(count, 1)
    }
  }

  /// True for an input that may hold integers, which then count as the Floats of that value.
  func readsNumbers(at position: Int) -> Bool {
    switch self {
    case .broadcasting(let broadcasting): broadcasting.function == .power && position == 1
    case .classificationLoss: position == 1
    case .cast, .select: position == 0
    default: false
    }
  }

  /// True for a type other than Float that is computed with in Floats: pooling only compares, and
  /// Floats hold all 8-bit integers.
  func takes(_ elementType: ElementType) -> Bool {
    guard case .pool(let pool) = self, pool.kind == .max else { return false }
    return elementType == .uint8 || elementType == .int8
  }
}
