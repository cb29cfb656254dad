import Expansion
import NetworkIR
import OrderedCollections
import ONNXFormat
import TensorCore
import TestSupport
import Testing

/// Factors of some megabytes are made while they are written, piece by piece.
@Suite struct `Large factors` {
  private func model(group: Int) throws -> Model {
    var sketch = ModelSketch(input: [1, 64, 8, 8])
    sketch.constant("w", [256, 64 / group, 3, 3])
    sketch.node("conv", "Conv", ["x", "w"], ["y"], ["group": .int(Int64(group))])
    return try sketch.model()
  }

  private func geometry(group: Int) -> KernelGeometry {
    KernelGeometry(
      outputs: 256, inputsPerGroup: 64 / group, group: group, extents: [3, 3], strides: [1, 1],
      dilations: [1, 1], padsBegin: [0, 0], padsEnd: [0, 0], hasBias: false)
  }

  @Test(arguments: [ExpansionOptions.Initialisation.random, .preserve], [1, 2])
  func `are written as they are computed`(
    initialisation: ExpansionOptions.Initialisation, group: Int
  ) throws {
    let model = try model(group: group)
    let options = options {
      $0.convolutions = .cl
      $0.rate = group == 1 ? 4 : 8
      $0.initialisation = initialisation
    }
    let plan = try ExpansionPlan(
      .cl, for: geometry(group: group), options: options)
    let weight = try #require(model.tensor("w"))
    let original = ConvolutionKernel(
      geometry: geometry(group: group), weights: try #require(weight.doubles), bias: nil)
    let factors =
      initialisation == .random
      ? RandomFactors.factors(of: plan, seed: options.seed, unit: 0)
      : try PreservingFactors.factors(of: plan, for: original, seed: options.seed, unit: 0)
    let (expanded, _) = try Expander(options).expand(model)
    let made = expanded.graph.initializers.values.filter { !$0.tensor.storage.isKept }
    #expect(made.map(\.tensor.shape) == [plan.factors[1].weightShape])
    let read = try ONNXFile.read(
      MappedFile(TensorStorage(try ONNXFile.serialize(expanded)), path: "expanded.onnx"))
    for factor in factors {
      let tensors = read.graph.initializers.values.map(\.tensor)
      let tensor = tensors.first { $0.shape == factor.geometry.weightShape }
      #expect(tensor?.floats == factor.weights.map(Float.init))
    }
  }
}
