import Foundation
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing
import Zoo

@Suite struct SmallNetTests {
  @Test func `the graph is what PyTorch exports for the same network`() throws {
    let graph = try SmallNet(kernel: 7).model(seed: 3).graph
    let block = ["Conv", "BatchNormalization", "Relu", "MaxPool"]
    let expected = block + block + block + ["Flatten", "Gemm", "Relu", "Gemm"]
    #expect(graph.nodes.map(\.type.description) == expected)
    #expect(graph.nodes.allSatisfy { if case .opaque = $0.operator { false } else { true } })
    #expect(graph.inputs.map { graph[$0.value].name } == ["input"])
    #expect(graph.outputs.map { graph[$0.value].name } == ["logits"])
    let input = try #require(graph.value(named: "input"))
    #expect(graph[input].declaredType?.dimensions?.first == .symbolic("batch"))
    #expect(graph.value(named: "conv1.weight") != nil)
    #expect(graph.value(named: "fc2.bias") != nil)
  }

  @Test(arguments: UInt64(0)..<4)
  func `weights fill U(±1/√fan_in) and follow the seed alone`(seed: UInt64) throws {
    let network = SmallNet(kernel: 7)
    let weights = try parameters(network.model(seed: seed))
    #expect(try parameters(network.model(seed: seed)) == weights, "seed \(seed)")
    #expect(try parameters(network.model(seed: seed + 1)) != weights, "seed \(seed)")

    // 32 outputs of 16·7·7 inputs: 25,088 draws. Of their mean squares, σ/√n of u² is
    // bound²·√(4/45)/√25088 = 0.0019·bound²; six of those never happen.
    let weight = try #require(weights["conv3.weight"]?.floats)
    let bound = 1 / Double(16 * 7 * 7).squareRoot()
    #expect(weight.allSatisfy { Double($0.magnitude) <= bound * (1 + 0x1p-24) }, "seed \(seed)")
    let meanSquare = weight.reduce(0) { $0 + Double($1) * Double($1) } / Double(weight.count)
    #expect((meanSquare / (bound * bound / 3) - 1).magnitude < 6 * 0.0019 * 3, "seed \(seed)")
    #expect(weights["bn3.running_var"]?.floats == Array(repeating: 1, count: 32))
    #expect(weights["bn3.bias"]?.floats == Array(repeating: 0, count: 32))
  }

  @Test func `a variant that the paper has no rule for is refused`() {
    #expect(throws: ZooError.notAmong(option: .kernel, value: 4, allowed: [3, 5, 7, 9])) {
      try SmallNet(kernel: 4).model(seed: 0)
    }
    #expect(throws: ZooError.notAmong(option: .convolutions, value: 2, allowed: [3, 4])) {
      try SmallNet(convolutions: 2).model(seed: 0)
    }
    #expect(throws: ZooError.outOfRange(option: .classes, value: 0, allowed: 1...100_000)) {
      try SmallNet(classes: 0).model(seed: 0)
    }
    #expect(throws: ZooError.inputTooSmall([3, 4, 4])) {
      try SmallNet(kernel: 3, inputShape: [3, 4, 4]).model(seed: 0)
    }
  }
}

private func parameters(_ model: Model) -> [Name: Tensor] {
  let pairs = model.graph.initializers.map { (model.graph[$0.key].name, $0.value.tensor) }
  return Dictionary(uniqueKeysWithValues: pairs)
}
