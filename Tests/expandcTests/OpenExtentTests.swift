import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Inputs whose extents the file leaves open: the flag that is suggested is one that works.
@Suite struct OpenExtentTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  struct Case: Sendable {
    /// Nil for an open extent, and for an open rank.
    let extents: [Int?]?
    /// Of a convolution's weights; nil for a network of one Relu.
    var weights: [Int]?
    var group = 1
    let suggestion: String
  }

  static let cases: [Case] = [
    Case(extents: [nil, 1, nil, 28], weights: [2, 1, 3, 3], suggestion: "1,1,224,28"),
    Case(extents: [nil, nil, nil], weights: [2, 7, 3], suggestion: "1,7,224"),
    Case(
      extents: [2, nil, 9, nil, 4], weights: [4, 2, 3, 3, 3], group: 2, suggestion: "2,4,9,224,4"),
    Case(extents: nil, weights: [2, 5, 3], suggestion: "1,5,224"),
    Case(extents: [nil, nil, 8], suggestion: "1,1,8"),
    Case(extents: [nil, nil], suggestion: "1,1"),
    Case(extents: [nil, nil, nil, nil], suggestion: "1,3,224,224"),
  ]

  private func write(_ problem: Case) throws {
    var builder = GraphBuilder(name: "open", opset: 13)
    let dimensions = problem.extents?.enumerated().map { axis, extent in
      extent.map(NetworkIR.Dimension.fixed) ?? .symbolic(Name("s\(axis)"))
    }
    builder.addInput("x", type: ValueType(.float, dimensions))
    if let shape = problem.weights {
      let count = shape.reduce(1, *)
      let weights = Tensor((0..<count).map { Float($0) / Float(count) }, shape: shape)
      builder.addInitializer("w", Initializer(weights))
      builder.addNode(
        name: "node", type: OperatorType("Conv"),
        attributes: ["group": .int(Int64(problem.group))], inputs: ["x", "w"], outputs: ["y"])
    } else {
      builder.addNode(
        name: "node", type: OperatorType("Relu"), attributes: [:], inputs: ["x"], outputs: ["y"])
    }
    builder.addOutput("y", type: nil)
    try ONNXFile.write(
      Model(irVersion: 8, opsets: ["": 13], graph: try builder.build()), to: folder.path("m.onnx"))
  }

  @Test(arguments: cases)
  func `the suggested shape fits what is known, and works`(problem: Case) throws {
    try write(problem)
    for command in [
      ["verify", "m.onnx", "m.onnx"], ["inspect", "m.onnx", "--plan", "--inference"],
    ] {
      let refused = try CommandLineTool.run(command, in: folder.url)
      let flag = "--input-shape x=\(problem.suggestion)"
      #expect(refused.status == 64, "\(refused.errors)")
      #expect(refused.errors.hasSuffix("give them as \(flag)\n"), "\(refused.errors)")
      let result = try CommandLineTool.run(
        command + flag.split(separator: " ").map(String.init), in: folder.url)
      #expect(result.status == 0, "\(command): \(result.errors)")
    }
  }
}
