import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Factors whose tensors hold inputs before outputs are written without a copy in Double.
@Suite struct `Factors with inputs before outputs` {
  /// A hidden node that applies `weight` and, so that it can be expanded, one that makes the logits.
  private func model(_ type: Name, _ weight: Tensor, _ attributes: Attributes) throws -> Model {
    var sketch = ModelSketch(input: [2, 40])
    sketch.constant("w", weight.shape)
    sketch.node("hidden", type, ["x", "w"], ["p"], attributes)
    sketch.node("relu", "Relu", ["p"], ["q"])
    sketch.constant("head.weight", [23, 3])
    sketch.node("head", "MatMul", ["q", "head.weight"], ["y"])
    var model = try sketch.model()
    var patch = GraphPatch()
    patch.replaceInitializer(try #require(model.graph.value(named: "w")), with: weight)
    try model.graph.apply(patch)
    return model
  }

  private func transposed(_ matrix: Tensor) throws -> Tensor {
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    let floats = try #require(matrix.floats)
    let elements = (0..<columns).flatMap { column in
      (0..<rows).map { floats[$0 * columns + column] }
    }
    return Tensor(elements, shape: [columns, rows])
  }

  @Test(arguments: [0.5, 1, 2.3], [2, 3])
  func `of a MatMul are those of a Gemm that transposes them`(rate: Double, count: Int) throws {
    var generator = SeededGenerator(seed: 7)
    let weight = Tensor(
      (0..<40 * 23).map { _ in Float(generator.uniform(in: -1..<1)) }, shape: [40, 23])
    let options = options {
      $0.rate = rate
      $0.fullyConnectedFactors = count
      $0.initialisation = rate < 1 ? .random : .preserve
    }
    let (matMul, _) = try Expander(options).expand(model("MatMul", weight, [:]))
    let (gemm, _) = try Expander(options).expand(
      model("Gemm", transposed(weight), ["transB": .int(1)]))
    for index in 0..<count {
      let name = Name("w.expand.\(index)")
      let expected = try transposed(#require(gemm.tensor(name)))
      #expect(matMul.tensor(name) == expected)
    }
  }

  @Test(arguments: [1, 3], [1, 2])
  func `of a ConvTranspose are those of its kernels`(extent: Int, group: Int) throws {
    var sketch = ModelSketch(input: [1, 6, 4, 4])
    sketch.constant("w", [6, 10 / group, extent, 2])
    sketch.node("conv", "ConvTranspose", ["x", "w"], ["y"], ["group": .int(Int64(group))])
    let model = try sketch.model()
    let options = options { $0.convolutions = .cl }
    var geometry = KernelGeometry(
      outputs: 10, inputsPerGroup: 6 / group, group: group, extents: [extent, 2])
    geometry.transposition = KernelGeometry.Transposition(outputPadding: [0, 0])
    let plan = try ExpansionPlan(.cl, for: geometry, options: options)
    let weight = try #require(model.tensor("w"))
    let original = ConvolutionKernel(
      geometry: geometry, weights: try outputMajor(weight, geometry), bias: nil)
    let factors = try PreservingFactors.factors(
      of: plan, for: original, seed: options.seed, unit: 0)
    let (expanded, _) = try Expander(options).expand(model)
    let middle = try #require(expanded.tensor("w.expand.1"))
    let weights = try outputMajor(middle, plan.factors[1])
    #expect(weights.map(Float.init) == factors[1].weights.map(Float.init))
  }

  /// I, O/group, taps as O, I/group, taps, by the definition.
  private func outputMajor(_ tensor: Tensor, _ geometry: KernelGeometry) throws -> [Double] {
    let (outputs, inputs, taps) = (
      geometry.outputsPerGroup, geometry.inputsPerGroup, geometry.taps
    )
    let elements = try #require(tensor.doubles)
    return (0..<geometry.outputs).flatMap { output in
      let group = output / outputs
      return (0..<inputs * taps).map { index in
        let (input, tap) = index.quotientAndRemainder(dividingBy: taps)
        return elements[((group * inputs + input) * outputs + output % outputs) * taps + tap]
      }
    }
  }
}
