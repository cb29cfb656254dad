import NetworkIR
import TensorCore

/// Contracts an expanded graph to a given compact model: the result is that model, with the
/// expanded graph's weights.
struct LikenessContraction {
  let compact: Model
  let absorbsBatchNormalization: Bool
  let assumesConstantInputs: Bool
  let checksUnits: Bool

  func contract(
    _ expanded: Graph
  ) throws(ContractionError) -> (model: Model, units: [ContractionReport.Unit]) {
    var result = compact
    var replacement = ConstantReplacement(compact.graph)
    var kernels: [[ConvolutionKernel]] = []
    let pairing: GraphPairing
    do throws(LikenessDifference) {
      pairing = try GraphPairing(
        compact.graph, expanded, absorbingBatchNormalization: absorbsBatchNormalization,
        assumingConstantInputs: assumesConstantInputs)
      for pair in pairing.kernels { kernels.append(try replace(pair, &replacement)) }
      for (value, other) in pairing.constants {
        if let tensor = try? expanded.constant(other, assumingConstantInputs: true).tensor {
          try replacement.replace(value, with: tensor)
        }
      }
    } catch {
      throw .unlike(error)
    }
    do { try replacement.apply(to: &result.graph) } catch { throw .patch(error) }
    let types = try? ShapeInference(compact.graph)
    var units: [ContractionReport.Unit] = []
    for (pair, factors) in zip(pairing.kernels, kernels) {
      guard factors.count > 1 || pair.factors[0].normalization != nil else { continue }
      units.append(
        ContractionReport.Unit(
          node: pair.compact.node.node.name, factors: pair.factors, kernels: factors,
          parametersAfter: pair.compact.parameterCount,
          check: checksUnits
            ? UnitCheck(
              factors, contractedTo: pair.compact.node.output,
              hasAddend: pair.compact.node.addend != nil, in: result.graph,
              dimensions: { types?.type(of: $0)?.dimensions }) : nil))
    }
    return (result, units)
  }

  /// Composes the factors into the compact node's constants, and returns their kernels.
  private func replace(
    _ pair: GraphPairing.Kernel, _ replacement: inout ConstantReplacement
  ) throws(LikenessDifference) -> [ConvolutionKernel] {
    let node = pair.compact.node
    let name = node.node.name
    var kernels: [ConvolutionKernel] = []
    do throws(SkipReason) {
      for factor in pair.factors { kernels.append(try factor.kernel()) }
    } catch {
      throw .unreadable(name, index: pair.index, error)
    }
    let composed: ConvolutionKernel
    do throws(CompositionFailure) {
      composed = try KernelComposition.compose(kernels)
    } catch {
      throw .notComposable(name, index: pair.index, error)
    }
    guard let weight = node.layout.weight(of: composed, node.weight.tensor.elementType) else {
      throw .unreadable(name, index: pair.index, .notExpandable(.weightsNotFloating))
    }
    try replacement.replace(node.weight.value, with: weight)
    guard let bias = node.bias else {
      if composed.hasNonzeroBias { throw .biasHasNoPlace(name, index: pair.index) }
      return kernels
    }
    let numbers = composed.bias ?? [Double](repeating: 0, count: composed.geometry.outputs)
    guard
      let tensor = node.layout.bias(numbers, bias.tensor.elementType, shape: bias.tensor.shape)
    else { throw .unreadable(name, index: pair.index, .notExpandable(.weightsNotFloating)) }
    try replacement.replace(bias.value, with: tensor)
    return kernels
  }
}
