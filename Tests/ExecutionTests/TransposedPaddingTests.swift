import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// SAME pads of a transposed convolution whose kernel leaves gaps between strides.
@Suite struct TransposedPaddingTests {
  /// Along one axis, on 1, 2, 3 with the weights 1, 10, …, so that no two products are alike.
  struct Case: Sendable {
    let kernel, stride: Int
    var dilation = 1
    var outputPadding = 0
    /// What onnxruntime 1.32 gives, for SAME_UPPER and SAME_LOWER; onnx's shape inference gives as
    /// many.
    let expected: [Float]
  }

  private static let cases = [
    Case(kernel: 1, stride: 2, expected: [1, 0, 2, 0, 3]),
    Case(kernel: 2, stride: 3, expected: [1, 10, 0, 2, 20, 0, 3, 30]),
    Case(kernel: 1, stride: 3, expected: [1, 0, 0, 2, 0, 0, 3]),
    Case(kernel: 1, stride: 3, outputPadding: 1, expected: [1, 0, 0, 2, 0, 0, 3, 0]),
    Case(
      kernel: 2, stride: 5, outputPadding: 2,
      expected: [1, 10, 0, 0, 0, 2, 20, 0, 0, 0, 3, 30, 0, 0]),
    Case(
      kernel: 2, stride: 4, dilation: 2, expected: [1, 0, 10, 0, 2, 0, 20, 0, 3, 0, 30]),
    // No gap: the whole of stride times extent.
    Case(kernel: 1, stride: 2, outputPadding: 1, expected: [1, 0, 2, 0, 3, 0]),
  ]

  @Test(arguments: cases, ["SAME_UPPER", "SAME_LOWER"])
  func `no pad is negative`(problem: Case, autoPad: String) throws {
    let kernel = (0..<problem.kernel).reduce(into: [Float(1)]) { list, _ in
      list.append(list[list.count - 1] * 10)
    }
    let weights = Tensor(Array(kernel.dropLast()), shape: [1, 1, problem.kernel])
    var builder = GraphBuilder(name: "transposed", opset: 13)
    builder.addInput("x", type: ValueType(.float, shape: [1, 1, 3]))
    builder.addInitializer("w", Initializer(weights))
    builder.addNode(
      name: "node", type: OperatorType("ConvTranspose"),
      attributes: [
        "auto_pad": .string(autoPad), "strides": .ints([Int64(problem.stride)]),
        "dilations": .ints([Int64(problem.dilation)]),
        "output_padding": .ints([Int64(problem.outputPadding)]),
      ], inputs: ["x", "w"], outputs: ["y"])
    // A file that declares another extent than inference finds is refused.
    let shape = [1, 1, problem.expected.count]
    builder.addOutput("y", type: ValueType(.float, shape: shape))
    let run = try Session(builder.build(), threads: 1).inference()
    #expect(try run([[1, 2, 3]]) == [Tensor(problem.expected, shape: shape)])
  }
}
