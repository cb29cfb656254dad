import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct InferenceFailureTests {
  private func failure(
    _ type: Name, _ attributes: Attributes = [:], _ operands: [SingleNodeGraph.Operand],
    outputs: Int = 1, opset: Int = 13
  ) throws -> OperatorFailure? {
    let single = try SingleNodeGraph(type, attributes, operands, outputs: outputs, opset: opset)
    do {
      _ = try ShapeInference(single.graph)
      return nil
    } catch InferenceError.node(let id, let name, let operatorType, let inputs, let failure) {
      #expect(id == single.graph.nodes.first?.id && name == "node")
      #expect(operatorType == OperatorType(type))
      let node = try #require(single.graph.nodes.first)
      #expect(inputs == node.inputs.map { $0.map { single.graph[$0].name } ?? "" })
      return failure
    }
  }

  private func input(_ shape: Int...) -> SingleNodeGraph.Operand {
    .input(ValueType(.float, shape: shape))
  }

  private func constant(_ elements: Int64...) -> SingleNodeGraph.Operand {
    .constant(Tensor(elements, shape: [elements.count]))
  }

  @Test func `a convolution says what of its inputs doesn't fit`() throws {
    let x = input(1, 4, 8, 8)
    #expect(try failure("Conv", [:], [x]) == .missingInput(1))
    #expect(
      try failure("Conv", [:], [x, input()]) == .rank(input: 1, found: 0, expected: 4...4))
    #expect(
      try failure("Conv", [:], [input(4, 8), input(2, 4, 3, 3)])
        == .rank(input: 0, found: 2, expected: 3...64))
    #expect(
      try failure("Conv", [:], [x, input(2, 3, 3, 3)])
        == .extent(input: 0, axis: 1, found: 4, expected: 3))
    #expect(
      try failure("Conv", ["group": .int(2)], [x, input(5, 2, 3, 3)]) == .groups(2, channels: 5))
    #expect(
      try failure("Conv", [:], [x, input(2, 4, 3, 3), input(3)])
        == .extent(input: 2, axis: 0, found: 3, expected: 2))
    #expect(
      try failure("Conv", [:], [x, input(2, 4, 9, 9)]) == .window([.fixed(8), .fixed(8)]))
    #expect(
      try failure("Conv", ["kernel_shape": .ints([5, 5])], [x, input(2, 4, 3, 3)])
        == .attribute("kernel_shape"))
    #expect(
      try failure("Conv", ["group": .int(4)], [x, input(4, 1 << 62, 3, 3)]) == .overflow)
    #expect(
      try failure("Conv", [:], [x, .input(ValueType(.double, shape: [2, 4, 3, 3]))])
        == .elementTypes([.float, .double]))
    #expect(
      try failure("Conv", [:], [.input(.notATensor), input(2, 4, 3, 3)]) == .notATensor(input: 0))
  }

  @Test func `products, joins and reshapes say what doesn't fit`() throws {
    let (a, b) = ([Dimension.fixed(2), .fixed(3)], [Dimension.fixed(4), .fixed(5)])
    #expect(try failure("Gemm", [:], [input(2, 3), input(4, 5)]) == .shapes([a, b]))
    #expect(
      try failure("Gemm", [:], [input(2, 3), input(3, 5), input(7)])
        == .extent(input: 2, axis: 0, found: 7, expected: 5))
    #expect(try failure("MatMul", [:], [input(2, 3), input(4, 5)]) == .shapes([a, b]))
    #expect(try failure("Add", [:], [input(2, 3), input(4, 5)]) == .shapes([a, b]))
    #expect(
      try failure("Concat", ["axis": .int(0)], [input(2, 3), input(4, 5)]) == .shapes([a, b]))
    #expect(
      try failure("Concat", ["axis": .int(2)], [input(2, 3), input(2, 3)]) == .axis(2, rank: 2))
    #expect(
      try failure("Reshape", [:], [input(2, 3), constant(4, -1)])
        == .shapes([a, [.fixed(4), .fixed(-1)]]))
    #expect(try failure("Reshape", [:], [input(2, 3), constant(-1, -1)]) == .contents(input: 1))
    #expect(try failure("Reshape", [:], [input(2, 3), constant(-2)]) == .contents(input: 1))
    #expect(try failure("Flatten", ["axis": .int(3)], [input(2, 3)]) == .axis(3, rank: 2))
    #expect(
      try failure("Flatten", ["axis": .int(0)], [input(1 << 40, 1 << 40)]) == .overflow)
    #expect(
      try failure("Squeeze", [:], [input(2, 3), constant(0)])
        == .extent(input: 0, axis: 0, found: 2, expected: 1))
    #expect(try failure("Unsqueeze", [:], [input(2), constant(0, 0)]) == .repeatedAxis(0))
    #expect(
      try failure("Transpose", ["perm": .ints([1, 0])], [input(2)]) == .attribute("perm"))
    #expect(try failure("Split", [:], [input(5)], outputs: 2) == .outputCount(2))
    #expect(
      try failure("Split", [:], [input(5), constant(2, 2)], outputs: 2)
        == .extent(input: 0, axis: 0, found: 5, expected: 4))
    #expect(
      try failure("Slice", [:], [input(5), constant(0), constant(2), constant(0), constant(0)])
        == .contents(input: 4))
    #expect(try failure("ConstantOfShape", [:], [constant(-1)]) == .contents(input: 0))
    #expect(
      try failure("MaxPool", ["kernel_shape": .ints([2, 2])], [input(1, 1, 1, 1)])
        == .window([.fixed(1), .fixed(1)]))
  }

  @Test func `a declaration that contradicts the producer is reported with both types`() throws {
    var builder = GraphBuilder(name: "contradiction", opset: 13)
    builder.addInput("x", type: ValueType(.float, shape: [2, 3]))
    builder.addNode(
      name: "relu", .activation(.relu), inputs: ["x"], outputs: ["y"])
    builder.addOutput("y", type: ValueType(.float, shape: [2, 4]))
    let graph = try builder.build()
    #expect(
      throws: InferenceError.contradiction(
        value: "y", producer: "relu", inferred: ValueType(.float, shape: [2, 3]),
        declared: ValueType(.float, shape: [2, 4]))
    ) { try ShapeInference(graph) }
  }

  @Test func `an opaque node gives what the file declares of its outputs`() throws {
    var builder = GraphBuilder(name: "opaque", opset: 13)
    builder.addInput("x", type: ValueType(.float, shape: [2, 3]))
    builder.addNode(
      name: "odd", type: OperatorType("Odd", domain: "other"), attributes: [:], inputs: ["x"],
      outputs: ["p", "q"])
    builder.addValueInfo("p", type: ValueType(.float, shape: [7]))
    builder.addNode(name: "r", .activation(.relu), inputs: ["p"], outputs: ["y"])
    builder.addNode(name: "s", .activation(.relu), inputs: ["q"], outputs: ["z"])
    let (q, y, z) = (builder.value("q"), builder.value("y"), builder.value("z"))
    let inference = try ShapeInference(builder.build())
    #expect(inference.type(of: q) == nil)
    #expect(inference.shape(of: y) == [7])
    #expect(inference.type(of: z) == .unknown)
  }

  @Test func `a window resolves its padding for extents of any size`() throws {
    let single = try SingleNodeGraph(
      "Conv", ["auto_pad": .string("SAME_UPPER"), "dilations": .ints([(1 << 31) - 1])],
      [.input(ValueType(.float, shape: [1, 1, Int.max])), input(1, 1, (1 << 31) - 1)])
    #expect(try ShapeInference(single.graph).shape(of: single.outputs[0]) == [1, 1, Int.max])
    guard case .conv(let conv)? = single.graph.nodes.first?.operator else {
      Issue.record("the attributes decode")
      return
    }
    let geometry = try #require(conv.window.geometry(kernel: [(1 << 31) - 1], input: [Int.max]))
    // d·(k − 1) in all, the larger half at the end.
    #expect(geometry.padsBegin[0] + geometry.padsEnd[0] == ((1 << 31) - 1) * ((1 << 31) - 2))
    #expect(geometry.padsEnd[0] - geometry.padsBegin[0] <= 1)
    #expect(conv.window.geometry(kernel: [1 << 62], input: [4]) == nil)
  }

  /// Every known operator, with attributes of some kind.
  private static let operators: [(Name, Attributes)] =
    [
      "Add", "Div", "Mul", "Sub", "Relu", "Clip", "BatchNormalization", "Constant",
      "ConstantOfShape", "Conv", "ConvTranspose", "Equal", "Expand", "Flatten", "Gather", "Gemm",
      "GatherElements", "GatherND", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool",
      "Identity", "MatMul", "ReduceMean", "Reshape", "Resize", "Shape", "Pad", "Slice", "Split",
      "Squeeze", "Tile", "Transpose", "Unsqueeze", "Upsample", "Where", "Max", "Mean", "Min",
      "PRelu", "Pow", "Sum", "Elu", "Neg", "Selu", "Dropout", "InstanceNormalization",
      "LogSoftmax", "ReduceSum", "Softmax", "NegativeLogLikelihoodLoss",
      "SoftmaxCrossEntropyLoss",
    ].map { ($0, [:]) } + [
      ("AveragePool", ["kernel_shape": .ints([2, 2]), "ceil_mode": .int(1)]),
      ("MaxPool", ["kernel_shape": .ints([3]), "strides": .ints([2])]),
      ("LRN", ["size": .int(1 << 62)]), ("Softmax", ["axis": .int(Int.min)]),
      ("NegativeLogLikelihoodLoss", ["reduction": .string("none")]),
      ("LpPool", ["kernel_shape": .ints([2, 1]), "auto_pad": .string("SAME_LOWER")]),
      ("DepthToSpace", ["blocksize": .int((1 << 16) - 1)]),
      ("SpaceToDepth", ["blocksize": .int((1 << 16) - 1)]),
      ("GatherND", ["batch_dims": .int(Int.max)]), ("GatherElements", ["axis": .int(Int.min)]),
      ("Pad", ["mode": .string("wrap"), "pads": .ints([Int.min, Int.max])]),
      ("Resize", ["axes": .ints([Int.min]), "keep_aspect_ratio_policy": .string("not_larger")]),
      ("Upsample", ["scales": .floats([.infinity, -1, 1e38])]),
      ("Concat", ["axis": .int(-1)]), ("Cast", ["to": .int(7)]),
      ("Conv", ["auto_pad": .string("SAME_UPPER"), "group": .int(1 << 40)]),
      ("Conv", ["dilations": .ints([(1 << 31) - 1]), "pads": .ints([1, -(1 << 30)])]),
      ("ConvTranspose", ["auto_pad": .string("SAME_LOWER"), "strides": .ints([1 << 30, 2])]),
      ("ConvTranspose", ["output_padding": .ints([1 << 62]), "pads": .ints([1 << 30, 0])]),
      ("Shape", ["start": .int(Int.min), "end": .int(Int.max)]),
      ("Flatten", ["axis": .int(Int.min)]), ("Gather", ["axis": .int(-2)]),
      ("ReduceMean", ["axes": .ints([Int.min, 1]), "keepdims": .int(0)]),
      ("Squeeze", ["axes": .ints([-1])]), ("Unsqueeze", ["axes": .ints([Int.max])]),
      ("Split", ["axis": .int(1), "split": .ints([Int.max, Int.max])]),
      ("Slice", ["starts": .ints([Int.min]), "ends": .ints([Int.max])]),
      ("Reshape", ["shape": .ints([1 << 62, 4, -1]), "allowzero": .int(1)]),
    ]

  @Test(arguments: UInt64(0)..<64)
  func `no shapes and no contents trap`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let extents: [Dimension] = [
      .fixed(0), .fixed(1), .fixed(1), .fixed(2), .fixed(3), .fixed(8), .fixed(8),
      .fixed(1 << 31), .fixed(1 << 62), .fixed(Int.max), .fixed(-1), .fixed(Int.min), .unknown,
      .symbolic("n"),
    ]
    let numbers: [Int64] = [0, 0, 1, 1, 2, -1, -2, 4, 1 << 31, 1 << 62, .max, .min]
    func operand() -> SingleNodeGraph.Operand {
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: return .none
      case 1, 2:
        let count = Int.random(in: 0..<4, using: &generator)
        let elements = (0..<count).map { _ in numbers.randomElement(using: &generator)! }
        return .constant(Tensor(elements, shape: [count]))
      case 3: return .constant(Tensor([Float(2), .nan, .infinity, -1e30], shape: [4, 1]))
      case 4: return .constant(Tensor(Array(repeating: Float(1), count: 16), shape: [1, 1, 4, 4]))
      case 5: return .input(.unknown)
      default:
        let rank = Int.random(in: 0..<7, using: &generator)
        return .input(
          ValueType(
            Bool.random(using: &generator) ? .float : .int64,
            (0..<rank).map { _ in extents.randomElement(using: &generator)! }))
      }
    }
    var failures = 0
    for (type, attributes) in Self.operators {
      for opset in [6, 9, 11, 13, 18] {
        let operands = (0..<Int.random(in: 0..<6, using: &generator)).map { _ in operand() }
        let outputs = Int.random(in: 1..<4, using: &generator)
        let single = try SingleNodeGraph(
          type, attributes, operands, outputs: outputs, opset: opset)
        do { _ = try ShapeInference(single.graph) } catch { failures += 1 }
        for output in single.outputs { _ = try? single.graph.constant(output) }
      }
    }
    #expect(failures > 0, "seed \(seed)")
  }
}
