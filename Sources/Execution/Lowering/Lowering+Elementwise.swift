import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  mutating func lower(
    _ activation: Activation, _ node: Node, _ index: Int
  ) throws(ExecutionError) {
    let function: ElementwiseFunction
    switch activation {
    case .relu: function = .relu(slope: 0)
    case .leakyRelu(let alpha): function = .relu(slope: alpha)
    case .sigmoid: function = .logistic
    case .tanh: function = .tanh
    case .clip(let minimum, let maximum):
      let upper = try bound(node, 2) ?? maximum ?? .infinity
      // ONNX takes the greater of minimum and element first: an upper bound below that wins.
      function = .clip(lower: min(try bound(node, 1) ?? minimum ?? -.infinity, upper), upper: upper)
    }
    let source = try input(node, 0)
    add(Elementwise(function: function), [source], for: node, shape: computation.shape(source))
  }

  /// A bound of Clip that is an input.
  private func bound(_ node: Node, _ position: Int) throws(ExecutionError) -> Float? {
    guard let value = node.input(position) else { return nil }
    guard let floats = try constant(value, for: node.name).floats, floats.count == 1 else {
      throw .notConstant(value: graph[value].name, node: node.name)
    }
    return floats[0]
  }

  mutating func lower(_ binary: Binary, _ node: Node) throws(ExecutionError) {
    let function: BinaryFunction =
      switch binary.function {
      case .add: .add
      case .subtract: .subtract
      case .multiply: .multiply
      case .divide: .divide
      }
    let a = try input(node, 0)
    let b = try aligned(try input(node, 1), to: a, binary.alignment, node)
    _ = try outputShape(node)
    set(node.output(0), to: try arithmetic(function, a, b, node))
  }

  /// Appends a primitive of two tensors that broadcast.
  mutating func arithmetic(
    _ function: BinaryFunction, _ a: Computation.TensorID, _ b: Computation.TensorID, _ node: Node
  ) throws(ExecutionError) -> Computation.TensorID {
    var (a, b) = (a, b)
    let output = try broadcastShape(a, b, node)
    let commutes = function == .add || function == .multiply
    if commutes, computation.shape(a) != output, computation.shape(b) == output { (a, b) = (b, a) }
    if computation.shape(a) != output {
      a =
        computation.add(
          StridedView(broadcasting: computation.shape(a), to: output), [a], shapes: [output],
          origin: node.name)[0]
    }
    return computation.add(
      Arithmetic(function: function), [a, b], shapes: [output], origin: node.name)[0]
  }

  /// The second operand of a node as numpy broadcasts it to the first.
  mutating func aligned(
    _ second: Computation.TensorID, to first: Computation.TensorID, _ alignment: AxisAlignment?,
    _ node: Node
  ) throws(ExecutionError) -> Computation.TensorID {
    let (shape, rank) = (computation.shape(second), computation.shape(first).count)
    guard let aligned = alignment?.aligned(shape, toRank: rank, filler: 1), aligned != shape else {
      return second
    }
    return reshaped(second, aligned, node)
  }

  /// The shape of what two tensors give that broadcast together.
  func broadcastShape(
    _ a: Computation.TensorID, _ b: Computation.TensorID, _ node: Node
  ) throws(ExecutionError) -> [Int] {
    let (a, b) = (computation.shape(a), computation.shape(b))
    guard let shape = Shape.broadcast(a, b) else {
      throw .unsupported(
        operator: node.type, node: node.name, index: 0, detail: "of shapes \(a) and \(b)")
    }
    return shape
  }

  /// Where, of Floats: x·[c ≠ 0] + y·[c = 0], the products 0 whatever x and y are.
  mutating func lowerSelect(_ node: Node) throws(ExecutionError) {
    let condition = try input(node, 0)
    let x = try pairwise(Kept(isWhereZero: false), try input(node, 1), condition, node)
    let y = try pairwise(Kept(isWhereZero: true), try input(node, 2), condition, node)
    set(node.output(0), to: try arithmetic(.add, x, y, node))
  }

  /// Numbers of other types than Float count as the Floats of their values.
  mutating func lower(_ cast: Cast, _ node: Node, _ index: Int) throws(ExecutionError) {
    let value = try required(node, 0)
    // A constant of another type is cast beforehand.
    if !isFloat(value), let output = node.output(0),
      let cast = try? graph.constant(output, assumingConstantInputs: true).tensor,
      let elements = cast.floats
    {
      return set(output, to: constant(elements, cast.shape))
    }
    let format: Narrowing.Format
    switch cast.elementType {
    case .float, .double: return set(node.output(0), to: try tensor(value))
    case .float16: format = .half
    case .bfloat16: format = .brain
    default: throw unsupported(node, index, "to a type that holds no fractions")
    }
    let source = try tensor(value)
    add(
      Pointwise(function: Narrowing(to: format)), [source], for: node,
      shape: computation.shape(source))
  }
}
