import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Dropout` {
  private func graph(
    _ elements: [Float], ratio: Float, opset: Int = 13, outputs: Int = 1
  ) throws -> Graph {
    let isInput = opset >= 12
    return try SingleNodeGraph(
      "Dropout", isInput ? [:] : ["ratio": .float(ratio)],
      [.constant(Tensor(elements, shape: [elements.count]))]
        + (isInput ? [.constant(Tensor([ratio], shape: []))] : []),
      outputs: outputs, opset: opset
    ).graph
  }

  @Test(arguments: [7, 10, 13])
  func `passes everything outside training`(opset: Int) throws {
    let session = try Session(graph([1, -2, 3], ratio: 0.5, opset: opset, outputs: 2), threads: 1)
    let outputs = try session.inference()([])
    #expect(outputs[0].floats == [1, -2, 3])
    #expect(outputs[1].doubles == [1, 1, 1])
  }

  /// Of n elements each is dropped with probability r: 6 standard deviations, √(n·r·(1 − r)) each,
  /// are exceeded once in 10⁹ seeds.
  @Test(arguments: [0.25, 0.5, 0.875] as [Float])
  func `scales or drops, and the gradient follows`(ratio: Float) throws {
    let count = 1 << 16
    let x = (0..<count).map { Float($0 + 1) }
    let session = try Session(graph(x, ratio: ratio), threads: 2)
    session.noise.begin(epoch: 0, seed: 3)
    let run = try session.vectorJacobian()
    let (output, gradients) = try run(seed: [Float](repeating: 2, count: count))
    let y = try #require(output.floats)
    let scale = 1 / (1 - ratio)
    #expect((0..<count).allSatisfy { y[$0] == 0 || y[$0] == x[$0] * scale })
    #expect((0..<count).allSatisfy { gradients[0][$0] == (y[$0] == 0 ? 0 : 2 * scale) })
    let (n, r) = (Double(count), Double(ratio))
    let dropped = Double(y.count { $0 == 0 })
    #expect((dropped - n * r).magnitude <= 6 * (n * r * (1 - r)).squareRoot())
  }

  @Test func `draws anew in each step, and the same from the same seed and epoch`() throws {
    let session = try Session(graph([Float](repeating: 1, count: 256), ratio: 0.5), threads: 1)
    let run = try session.vectorJacobian()
    let seed = [Float](repeating: 1, count: 256)
    func steps(epoch: Int, seed own: UInt64) throws -> [Tensor] {
      session.noise.begin(epoch: epoch, seed: own)
      return try [run(seed: seed).output, run(seed: seed).output]
    }
    let first = try steps(epoch: 0, seed: 7)
    #expect(first[0] != first[1])
    #expect(try steps(epoch: 0, seed: 7) == first)
    // Two of 256 bits that are equal by chance: once in 2²⁵⁶.
    #expect(try Set(steps(epoch: 1, seed: 7) + steps(epoch: 0, seed: 8) + first).count == 6)
  }

  @Test func `two in one network draw apart`() throws {
    var builder = GraphBuilder(name: "two", opset: 7)
    builder.addParameter("x", NaiveTensor([256], [Double](repeating: 1, count: 256)))
    for name in ["a", "b"] as [Name] {
      builder.addNode(
        name: name, type: OperatorType("Dropout"), attributes: [:], inputs: ["x"], outputs: [name])
    }
    builder.addNode(name: "c", .binary(Binary(.subtract)), inputs: ["a", "b"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    let run = try Session(try builder.build(), threads: 1).vectorJacobian()
    let y = try run(seed: [Float](repeating: 1, count: 256)).output.floats
    #expect(y?.contains { $0 != 0 } == true)
  }
}
