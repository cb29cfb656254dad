import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Single nodes of random attributes on tensors of random ranks and extents, most of them nonsense:
/// each runs, forward and backward, or is refused by an error.
@Suite struct `Random models` {
  private static let types: [Name] = [
    "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Conv", "ConvTranspose",
    "Div", "Expand", "Flatten", "Gemm", "GlobalAveragePool", "Identity", "LeakyRelu", "MatMul",
    "MaxPool", "ReduceMean", "Relu", "Reshape", "Resize", "Slice", "Split", "Squeeze", "Sub",
    "Transpose", "Unsqueeze", "Max", "Mean", "PRelu", "Pow", "Softplus", "Sum",
    "Dropout", "InstanceNormalization", "LRN", "LogSoftmax", "NegativeLogLikelihoodLoss",
    "ReduceSum",
    "Softmax", "SoftmaxCrossEntropyLoss",
  ]

  private func attributes(rank: Int, using generator: inout SeededGenerator) -> Attributes {
    let axes = generator.pick(0...5) == 0 ? generator.pick(0...3) : max(rank - 2, 1)
    var attributes: Attributes = [:]
    func some() -> Bool { generator.pick(0...5) == 0 }
    // A pooling is nothing without it.
    if generator.pick(0...1) == 0 {
      attributes["kernel_shape"] = .ints(generator.picks(axes, 1...3))
    }
    for name in ["strides", "dilations"] as [Name] where some() {
      attributes[name] = .ints(generator.picks(axes, 1...3))
    }
    if some() { attributes["pads"] = .ints(generator.picks(2 * axes, -1...2)) }
    for name in ["axes", "perm", "split", "output_padding", "output_shape", "starts", "ends"]
      as [Name]
    where some() {
      attributes[name] = .ints(generator.picks(axes, -2...3))
    }
    for name in ["axis", "group", "keepdims", "ceil_mode", "count_include_pad"] as [Name]
    where some() {
      attributes[name] = .int(generator.pick(-2...3))
    }
    for name in ["transA", "transB", "noop_with_empty_axes", "allowzero", "to"] as [Name]
    where some() || name == "to" {
      attributes[name] = .int(generator.pick(0...1))
    }
    if some() {
      attributes["auto_pad"] = .string(
        ["SAME_UPPER", "SAME_LOWER", "VALID"][generator.pick(0...2)])
    }
    attributes["size"] = .int(2 * rank)
    attributes["reduction"] = .string(["none", "sum", "mean"][rank % 3])
    if some() { attributes["mode"] = .string(generator.pick(0...1) == 0 ? "linear" : "nearest") }
    return attributes
  }

  /// Most are of one rank and of one extent or two, which makes sense to many operators; half of
  /// those after the first are what `type` reads there: vectors, or lists.
  private func operands(
    of type: Name, rank: Int, using generator: inout SeededGenerator
  ) -> [SingleNodeGraph.Operand] {
    let extents = generator.picks(generator.pick(1...2), 1...4)
    var operands: [SingleNodeGraph.Operand] = []
    for position in 0..<generator.pick(1...5) {
      var shape = (0..<rank).map { _ in extents[generator.pick(0...extents.count - 1)] }
      var kind = position == 0 ? 0 : generator.pick(0...7)
      if position > 0, generator.pick(0...1) == 0 {
        switch type {
        case "BatchNormalization": kind = 5
        case "Slice":
          operands.append(integers(generator.picks(1, -1...4)))
          continue
        case "Resize", "Expand", "Reshape": kind = generator.pick(3...4)
        default: break
        }
      }
      switch kind {
      case 3:
        let count = generator.pick(0...2) == 0 ? generator.pick(0...4) : extents[0]
        let list = generator.picks(generator.pick(0...1) == 0 ? count : rank, -1...4)
        operands.append(integers(list))
        continue
      case 4:
        operands.append(.none)
        continue
      case 5: shape = [extents[0]]
      case 6: shape = generator.picks(generator.pick(0...5), 0...4)
      default: break
      }
      operands.append(.constant(Tensor(generator.tensor(shape).floats, shape: shape)))
    }
    return operands
  }

  private func integers(_ elements: [Int]) -> SingleNodeGraph.Operand {
    .constant(Tensor(elements.map(Int64.init), shape: [elements.count]))
  }

  /// With a floor for what runs, so that refusing everything would fail.
  @Test(arguments: Self.types)
  private func `run or are refused`(type: Name) throws {
    var count = 0
    for seed in UInt64(0)..<1024 {
      var generator = SeededGenerator(seed: seed, stream: UInt64(type.bytes.count))
      let opset = [9, 11, 13, 18][generator.pick(0...3)]
      let rank = generator.pick(1...5)
      let operands = operands(of: type, rank: rank, using: &generator)
      let single = try SingleNodeGraph(
        type, attributes(rank: rank, using: &generator), operands,
        outputs: generator.pick(0...5) == 0 ? 2 : 1, opset: opset)
      do throws(ExecutionError) {
        let session = try Session(single.graph, threads: 1)
        let outputs = try session.inference()([])
        #expect(outputs.count == single.outputs.count, "seed \(seed)")
        let run = try session.vectorJacobian()
        _ = try run(seed: [Float](repeating: 1, count: run.outputShape.reduce(1, *)))
        count += 1
      } catch {
        continue
      }
    }
    #expect(count > 0, "\(type)")
  }
}
