import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct TextFormTests {
  @Test func `a graph reads as one line for each thing in it`() throws {
    var builder = GraphBuilder(name: "main", opset: 17)
    builder.addInput(
      "x", type: ValueType(.float, [.symbolic("batch"), .fixed(1), .fixed(9), .unknown]))
    builder.addInitializer(
      "w", Initializer(Tensor([Float](repeating: 0, count: 18), shape: [2, 1, 3, 3])))
    builder.addNode(
      name: "conv", type: OperatorType("Conv"),
      attributes: ["kernel_shape": .ints([3, 3]), "auto_pad": .string("VALID")],
      inputs: ["x", "w"], outputs: ["p"])
    builder.addNode(
      name: "", type: OperatorType("Odd", domain: "org.other"),
      attributes: ["scale": .float(0.5), "t": .tensor(Tensor([1, 2] as [Int64], shape: [2]))],
      inputs: ["p", ""], outputs: ["", "q"])
    builder.addOutput("q", type: nil)
    #expect(
      try TextForm(builder.build()).description == """
        graph main opset 17
        input %x: float[batch,1,9,?]
        constant %w: float[2,1,3,3]
        %p: float[batch,2,7,?] = Conv(%x, %w) {kernel_shape=[3,3], auto_pad="VALID"} "conv"
        _, %q: ? = org.other::Odd(%p, _) {scale=0.5, t=int64[2][1,2]}
        output %q
        """)
  }

  @Test(arguments: Fixture.names)
  func `every fixture has a line for each input, constant, node and output`(name: String) throws {
    let graph = try ONNXFile.read(Fixture.model(name).path).graph
    let lines = TextForm(graph).description.split(separator: "\n")
    let ports = graph.inputs.count + graph.outputs.count
    #expect(lines.count == 1 + ports + graph.initializers.count + graph.nodes.count)
    #expect(!lines.contains { $0.contains("?") }, "every type is known")
  }
}
