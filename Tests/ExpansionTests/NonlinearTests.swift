import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct NonlinearTests {
  /// A convolution that takes CK, one that takes CL, a hidden Gemm and MatMul, and the logits.
  private func model() throws -> Model {
    var sketch = ModelSketch(input: [2, 3, 8, 8])
    sketch.constant("0.weight", [4, 3, 5, 5])
    sketch.constant("0.bias", [4])
    sketch.node("c0", "Conv", ["x", "0.weight", "0.bias"], ["p"])
    sketch.constant("1.weight", [4, 4, 3, 3])
    sketch.node("c1", "Conv", ["p", "1.weight"], ["q"])
    sketch.node("flat", "Flatten", ["q"], ["f"])
    sketch.constant("2.weight", [16, 6])
    sketch.constant("2.bias", [6])
    sketch.node("g", "Gemm", ["f", "2.weight", "2.bias"], ["g"])
    sketch.constant("3.weight", [6, 5])
    sketch.constant("3.bias", [5])
    sketch.node("m", "MatMul", ["g", "3.weight"], ["mm"])
    sketch.node("a", "Add", ["mm", "3.bias"], ["h"])
    sketch.constant("4.weight", [5, 2])
    sketch.node("head", "MatMul", ["h", "4.weight"], ["y"])
    return try sketch.model()
  }

  private func expanded(nonlinear: Bool) throws -> Model {
    try Expander(
      options {
        $0.initialisation = .random
        $0.isNonlinear = nonlinear
      }
    ).expand(model()).0
  }

  @Test func `a ReLU follows each factor but the last, and parameters are those of the linear one`()
    throws
  {
    let (linear, nonlinear) = (try expanded(nonlinear: false), try expanded(nonlinear: true))
    let names = nonlinear.graph.nodes.map(\.name)
    #expect(
      names.prefix(8) == [
        "c0/expand.0", "c0/expand.0/Relu", "c0/expand.1",
        "c1/expand.0", "c1/expand.0/Relu", "c1/expand.1", "c1/expand.1/Relu", "c1/expand.2",
      ])
    // One in a CK unit of 5×5, two in CL and in each FC.
    #expect(nonlinear.graph.nodes.count { $0.type.name == "Relu" } == 7)
    #expect(nonlinear.graph.nodes.count - linear.graph.nodes.count == 7)
    func parameters(_ model: Model) -> [Name: [Float]?] {
      Dictionary(
        uniqueKeysWithValues: model.graph.initializers.map {
          (model.graph[$0.key].name, $0.value.tensor.floats)
        })
    }
    #expect(parameters(linear) == parameters(nonlinear))
  }

  @Test func `a nonlinear network is not contracted`() throws {
    let nonlinear = try expanded(nonlinear: true)
    #expect(throws: ContractionError.unit(node: "m", index: 3, .isNonlinear)) {
      try Contractor().contract(nonlinear)
    }
  }

  @Test func `factors with a ReLU between them can't keep the function`() throws {
    let model = try model()
    #expect(throws: ExpansionError.nonlinearKeepsNoFunction) {
      try Expander(options { $0.isNonlinear = true }).expand(model)
    }
  }

  @Test func `the units of a nonlinear network are found with their ReLUs`() throws {
    let nonlinear = try expanded(nonlinear: true)
    let units = try Provenance(of: nonlinear).expandedUnits(in: nonlinear.graph)
    #expect(units.map(\.nodes.count) == [3, 5, 5, 8])
  }
}
