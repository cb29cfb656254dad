import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Whatever a file holds, preparing to run it throws an `ExecutionError`, never a trap.
@Suite struct `Odd models are refused` {
  private typealias Operand = SingleNodeGraph.Operand

  private func floats(_ shape: [Int]) -> Operand {
    .constant(Tensor([Float](repeating: 1, count: shape.reduce(1, *)), shape: shape))
  }

  private func integers(_ elements: [Int64]) -> Operand {
    .constant(Tensor(elements, shape: [elements.count]))
  }

  /// An input of float elements whose contents nothing knows before a run.
  private func input(_ shape: [Int]) -> Operand {
    .input(ValueType(.float, shape: shape))
  }

  private func expectRefusal(
    _ type: Name, _ attributes: Attributes = [:], _ operands: [Operand], outputs: Int = 1,
    opset: Int = 13, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let single = try SingleNodeGraph(
      type, attributes, operands, outputs: outputs, opset: opset)
    #expect(throws: ExecutionError.self, sourceLocation: sourceLocation) {
      _ = try Session(single.graph, threads: 1).inference()
    }
    #expect(throws: ExecutionError.self, sourceLocation: sourceLocation) {
      _ = try Session(single.graph, threads: 1).vectorJacobian()
    }
  }

  @Test func `convolutions of shapes that don't go together`() throws {
    let x = floats([1, 4, 6, 6])
    try expectRefusal("Conv", [:], [x, floats([])])
    try expectRefusal("Conv", [:], [floats([]), floats([4, 4, 3, 3])])
    try expectRefusal("Conv", [:], [x])
    try expectRefusal("Conv", [:], [x, floats([4, 4, 3])])
    try expectRefusal("Conv", [:], [x, floats([4, 3, 3, 3])])
    try expectRefusal("Conv", ["group": .int(2)], [x, floats([3, 2, 3, 3])])
    try expectRefusal("Conv", ["group": .int(3)], [x, floats([3, 1, 3, 3])])
    try expectRefusal("Conv", ["group": .int(0)], [x, floats([4, 4, 3, 3])])
    try expectRefusal("Conv", [:], [x, floats([4, 4, 7, 7])])
    try expectRefusal("Conv", [:], [x, floats([4, 4, 3, 3]), floats([3])])
    try expectRefusal("Conv", ["kernel_shape": .ints([5, 5])], [x, floats([4, 4, 3, 3])])
    try expectRefusal("Conv", ["strides": .ints([0, 1])], [x, floats([4, 4, 3, 3])])
    try expectRefusal("Conv", ["pads": .ints([1, 1])], [x, floats([4, 4, 3, 3])])
    try expectRefusal("Conv", ["pads": .ints([-1, 0, 0, 0])], [x, floats([4, 4, 3, 3])])
    try expectRefusal("Conv", [:], [floats([1, 4]), floats([4, 4])])
    try expectRefusal("Conv", [:], [floats([1, 1, 2, 2, 2, 2]), floats([1, 1, 1, 1, 1, 1])])
    try expectRefusal("Conv", [:], [floats([0, 4, 6, 6]), floats([4, 4, 3, 3])])
    try expectRefusal("Conv", [:], [floats([1, 0, 6, 6]), floats([4, 0, 3, 3])])
    let w = floats([4, 2, 3, 3])
    try expectRefusal("ConvTranspose", ["output_padding": .ints([1])], [x, w])
    try expectRefusal(
      "ConvTranspose", ["output_padding": .ints([1]), "output_shape": .ints([8, 8])], [x, w])
    try expectRefusal("ConvTranspose", ["output_shape": .ints([8])], [x, w])
    try expectRefusal("ConvTranspose", ["group": .int(3)], [x, w])
    try expectRefusal("ConvTranspose", ["pads": .ints([9, 9, 9, 9])], [x, w])
  }

  @Test func `products, normalisations and arithmetic of shapes that don't go together`() throws {
    try expectRefusal("Gemm", [:], [floats([2, 3, 4]), floats([4, 5])])
    try expectRefusal("Gemm", [:], [floats([2, 3]), floats([4, 5])])
    try expectRefusal("Gemm", [:], [floats([]), floats([])])
    try expectRefusal("Gemm", [:], [floats([2, 3]), floats([3, 5]), floats([4])])
    try expectRefusal("Gemm", [:], [floats([2, 3]), floats([3, 5]), floats([1, 2, 5])])
    try expectRefusal("Gemm", [:], [floats([2, 0]), floats([0, 5])])
    try expectRefusal("MatMul", [:], [floats([2, 2, 3]), floats([3, 3, 2])])
    try expectRefusal("MatMul", [:], [floats([]), floats([3, 2])])
    let c = floats([3])
    try expectRefusal("BatchNormalization", [:], [floats([2, 3, 4]), c, c, c])
    try expectRefusal("BatchNormalization", [:], [floats([2, 4, 4]), c, c, c, c])
    try expectRefusal("BatchNormalization", [:], [floats([3]), c, c, c, c])
    try expectRefusal("BatchNormalization", [:], [floats([2, 3, 0]), c, c, c, c])
    try expectRefusal("Add", [:], [floats([2, 3]), floats([2, 4])])
    try expectRefusal("Mul", [:], [floats([3]), integers([1, 2, 3])])
    try expectRefusal("Max", [:], [floats([2, 3]), floats([3]), floats([2])])
    try expectRefusal("Sum", [:], [])
    try expectRefusal("Softmax", ["axis": .int(2)], [floats([2, 3])])
    try expectRefusal("LogSoftmax", ["axis": .int(3)], [floats([2, 3])], opset: 11)
    try expectRefusal("InstanceNormalization", [:], [floats([2, 3, 4]), floats([3]), floats([2])])
    try expectRefusal("InstanceNormalization", [:], [floats([2, 3]), floats([3]), floats([3])])
    try expectRefusal("LRN", [:], [floats([2, 3, 4])])
    try expectRefusal("LRN", ["size": .int(0)], [floats([2, 3, 4])])
    try expectRefusal("ReduceSum", [:], [floats([2, 3]), integers([2])])
    try expectRefusal("Dropout", [:], [floats([2]), floats([2])])
    try expectRefusal("Dropout", [:], [floats([2]), .constant(Tensor([-1 as Float], shape: []))])
    for type in ["SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"] as [Name] {
      try expectRefusal(type, [:], [floats([2, 3]), integers([0, 1, 2])])
      try expectRefusal(type, [:], [floats([2, 3]), integers([0, 1]), floats([2])])
      try expectRefusal(type, [:], [floats([2]), integers([0, 1])])
      try expectRefusal(type, ["reduction": .string("most")], [floats([2, 3]), integers([0, 1])])
    }
    try expectRefusal("PRelu", [:], [floats([3]), floats([2, 3])])
    try expectRefusal("PRelu", [:], [floats([3])])
    try expectRefusal("Pow", [:], [floats([3])])
    try expectRefusal("Erf", [:], [integers([1, 2])])
    try expectRefusal("Relu", [:], [])
    try expectRefusal("Clip", [:], [floats([2]), floats([2])])
    try expectRefusal("Clip", [:], [floats([2]), input([])])
  }

  @Test func `poolings, means and resizes of what they can't reduce`() throws {
    let x = floats([1, 2, 6, 6])
    try expectRefusal("MaxPool", [:], [x])
    try expectRefusal("MaxPool", ["kernel_shape": .ints([2])], [x])
    try expectRefusal("MaxPool", ["kernel_shape": .ints([7, 7])], [x])
    try expectRefusal("AveragePool", ["kernel_shape": .ints([2, 2])], [floats([1, 0, 6, 6])])
    try expectRefusal("GlobalAveragePool", [:], [floats([2])])
    try expectRefusal("ReduceMean", ["axes": .ints([4])], [x])
    try expectRefusal("ReduceMean", ["axes": .ints([1, -3])], [x])
    try expectRefusal("ReduceMean", [:], [x, input([1])], opset: 18)
    try expectRefusal("Resize", [:], [x, .none, floats([3])])
    try expectRefusal("Resize", [:], [x, .none, floats([4]), integers([1, 2, 0, 3])])
    try expectRefusal(
      "Resize", [:], [floats([1, 2, 0, 6]), .none, .none, integers([1, 2, 3, 3])])
    let mode: Attributes = ["coordinate_transformation_mode": .string("sideways")]
    try expectRefusal("Resize", mode, [x, .none, .none, integers([1, 2, 3, 3])])
    let crop: Attributes = ["coordinate_transformation_mode": .string("tf_crop_and_resize")]
    try expectRefusal("Resize", crop, [x, .none, .none, integers([1, 2, 3, 3])])
    try expectRefusal("Resize", ["axes": .ints([4])], [x, .none, .none, integers([3])])
    try expectRefusal(
      "Resize", [:], [x, .none, .constant(Tensor([1, 1, .nan, 2] as [Float], shape: [4]))])
  }

  @Test func `rearrangements that reach outside their input`() throws {
    let x = floats([2, 6])
    try expectRefusal("Concat", ["axis": .int(0)], [floats([]), floats([])])
    try expectRefusal("Concat", ["axis": .int(2)], [x, x])
    try expectRefusal("Concat", ["axis": .int(0)], [x, floats([2, 5])])
    try expectRefusal("Concat", ["axis": .int(0)], [])
    try expectRefusal("Split", ["axis": .int(3)], [x], outputs: 2)
    try expectRefusal("Split", ["axis": .int(1)], [x, integers([4, 4])], outputs: 2)
    let (starts, ends) = (integers([0]), integers([2]))
    try expectRefusal("Slice", [:], [x])
    try expectRefusal("Slice", [:], [x, starts, ends, integers([2])])
    try expectRefusal("Slice", [:], [x, starts, ends, integers([0, 1])])
    try expectRefusal("Slice", [:], [x, starts, ends, integers([0]), integers([0])])
    try expectRefusal("Slice", [:], [floats([]), starts, ends])
    try expectRefusal("Transpose", ["perm": .ints([0, 1, 2])], [x])
    try expectRefusal("Expand", [:], [x, integers([3, 6])])
    try expectRefusal("Expand", [:], [x, integers([1 << 40, 1 << 40, 2, 6])])
    try expectRefusal("Expand", [:], [x, integers([1 << 58, 2, 6])])
    try expectRefusal("Reshape", [:], [x, integers([5, -1])])
    try expectRefusal("Reshape", [:], [x, integers([-1, -1])])
    try expectRefusal("Squeeze", ["axes": .ints([1])], [x], opset: 11)
    try expectRefusal("Unsqueeze", ["axes": .ints([7])], [x], opset: 11)
    try expectRefusal("Flatten", ["axis": .int(3)], [x])
    try expectRefusal("Gather", [:], [x, integers([2])])
    try expectRefusal("Gather", [:], [x, input([1])])
    try expectRefusal("GatherElements", [:], [x, integers([0])])
    try expectRefusal("GatherND", [:], [x, integers([2])])
    try expectRefusal("GatherND", ["batch_dims": .int(1)], [x, integers([0])])
    try expectRefusal("Pad", [:], [x, integers([0, 0, 0])])
    try expectRefusal("Pad", [:], [x, integers([0, 1 << 62, 0, 1 << 62])])
    try expectRefusal("Tile", [:], [x, integers([1])])
    try expectRefusal("Tile", [:], [x, integers([1 << 62, 4])])
    try expectRefusal("DepthToSpace", ["blocksize": .int(2)], [floats([1, 6, 2, 2])])
    try expectRefusal("DepthToSpace", ["blocksize": .int(0)], [floats([1, 4, 2, 2])])
    try expectRefusal("SpaceToDepth", ["blocksize": .int(2)], [floats([1, 1, 3, 2])])
    try expectRefusal("Nonsense", [:], [x])
  }

  @Test func `training of tensors without elements`() throws {
    let single = try SingleNodeGraph("Add", [:], [floats([0, 3]), floats([3])])
    #expect(throws: ExecutionError.self) { _ = try Session(single.graph).vectorJacobian() }
  }

  /// Nothing runs: what is known before a run is given as it is.
  @Test func `outputs of integers that constants alone feed are evaluated`() throws {
    let sum = try SingleNodeGraph("Add", [:], [integers([1, 2, 3]), integers([4, 5, 6])])
    #expect(try Session(sum.graph).inference()([]) == [Tensor([5, 7, 9] as [Int64], shape: [3])])
    let cast = try SingleNodeGraph("Cast", ["to": .int(7)], [floats([2])])
    #expect(try Session(cast.graph).inference()([]) == [Tensor([1, 1] as [Int64], shape: [2])])
    let shape = try SingleNodeGraph("Shape", [:], [input([3, 2])])
    let run = try Session(shape.graph).inference()
    #expect(try run([[0, 0, 0, 0, 0, 0]]) == [Tensor([3, 2] as [Int64], shape: [2])])
    for single in [sum, cast] {
      #expect(throws: ExecutionError.self) { _ = try Session(single.graph).vectorJacobian() }
    }
  }

  /// Steps as long as integers allow take one element.
  @Test(arguments: [Int64.max, Int64.min]) func `Slice by a huge step`(step: Int64) throws {
    let single = try SingleNodeGraph(
      "Slice", [:],
      [
        .constant(Tensor([1, 2, 3] as [Float], shape: [3])), integers([1]),
        integers([step < 0 ? -9 : 9]), integers([0]), integers([step]),
      ])
    let run = try Session(single.graph, threads: 1).inference()
    #expect(try run([]).first?.floats == [2])
  }

  /// What a file declares of an output stands in where the extents are only known in a run; then
  /// nothing may be read by that declaration alone.
  @Test(
    arguments: [
      ("Reshape", [9, 9]), ("Expand", [5, 5]), ("Expand", [2]), ("Slice", [9, 9]),
      ("Split", [9, 9]),
    ] as [(Name, [Int])])
  func `a declared shape that the elements don't fill`(type: Name, declared: [Int]) throws {
    var builder = GraphBuilder(name: "declared", opset: 13)
    builder.addParameter("x", NaiveTensor(zeros: [2, 3]))
    builder.addInput("a", type: ValueType(.int64, shape: [type == "Split" ? 1 : 2]))
    builder.addNode(
      name: "node", type: OperatorType(type), attributes: [:],
      inputs: type == "Slice" ? ["x", "a", "a"] : ["x", "a"], outputs: ["y"])
    builder.addOutput("y", type: ValueType(.float, shape: declared))
    let graph = try builder.build()
    #expect(throws: ExecutionError.self) { _ = try Session(graph).inference() }
  }

  /// A file that stores equal tensors once may read its shift where the running mean is kept.
  @Test func `running statistics that are a parameter too can't be trained`() throws {
    var builder = GraphBuilder(name: "shared", opset: 13)
    builder.addParameter("x", NaiveTensor(zeros: [4, 2]))
    builder.addParameter("ones", NaiveTensor([2], [1, 1]))
    builder.addParameter("zeros", NaiveTensor(zeros: [2]))
    builder.addParameter("variance", NaiveTensor([2], [1, 1]))
    builder.addNode(
      name: "bn", .batchNormalization(BatchNormalization()),
      inputs: ["x", "ones", "zeros", "zeros", "variance"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    let session = try Session(try builder.build())
    #expect(try session.inference()([]).first?.floats?.count == 8)
    #expect {
      _ = try session.vectorJacobian()
    } throws: { error in
      guard case ExecutionError.unsupported(_, "bn", 0, let detail)? = error as? ExecutionError
      else { return false }
      return detail == "whose running statistics are used by 'bn' too"
    }
  }

  @Test func `an unsupported operator is named with its place`() throws {
    let single = try SingleNodeGraph("Det", [:], [floats([2, 2])])
    #expect {
      _ = try Session(single.graph).inference()
    } throws: { error in
      guard case ExecutionError.unsupported(let type, "node", 0, nil)? = error as? ExecutionError
      else { return false }
      return type == OperatorType("Det")
    }
  }

  @Test func `a graph whose output no parameter feeds has nothing to train`() throws {
    let single = try SingleNodeGraph("Relu", [:], [input([2, 3])])
    #expect {
      _ = try Session(single.graph).vectorJacobian()
    } throws: { error in
      guard case ExecutionError.noTrainableParameters? = error as? ExecutionError else {
        return false
      }
      return true
    }
  }
}
