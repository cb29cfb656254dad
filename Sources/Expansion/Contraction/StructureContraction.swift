import NetworkIR

/// Contracts a graph by what it looks like, without any record of how it was expanded.
struct StructureContraction {
  /// Whether batch normalizations behind a chain, and between its factors, go into the kernel.
  let absorbsBatchNormalization: Bool
  /// Whether factors are contracted, or each is only given the normalization behind it.
  let contractsFactors: Bool
  let assumesConstantInputs: Bool
  let checksUnits: Bool

  /// - Returns: what was contracted and what was not, both in the graph's order.
  func run(
    on graph: inout Graph
  ) throws(ContractionError) -> (
    units: [ContractionReport.Unit], skipped: [ContractionReport.Skipped]
  ) {
    let found = FactorChains(
      graph, absorbingBatchNormalization: absorbsBatchNormalization,
      assumingConstantInputs: assumesConstantInputs)
    var units: [ContractionReport.Unit] = []
    var skipped = found.skipped
    for chain in found.chains {
      let segmentation = segmentation(of: chain)
      for (segment, obstacle) in zip(segmentation.segments.dropFirst(), segmentation.obstacles) {
        skipped.append(ContractionReport.Skipped(chain[segment.lowerBound].node.node, obstacle))
      }
      for segment in segmentation.segments {
        let factors = Array(chain[segment])
        guard factors.count > 1 || factors[0].normalization != nil else { continue }
        do {
          units.append(try contract(factors, in: &graph))
        } catch {
          let obstacle: ContractionObstacle
          switch error {
          case .factor(let reason): obstacle = .unreadable(reason)
          case .composition(let failure): obstacle = .notComposable(failure)
          case .patch(let error): throw .patch(error)
          }
          skipped.append(ContractionReport.Skipped(factors[0].node.node, obstacle))
        }
      }
    }
    return (units, skipped)
  }

  private func segmentation(of chain: [ChainFactor]) -> Segmentation {
    guard contractsFactors else { return Segmentation(single: chain.count) }
    return Segmentation(
      fewestParametersOf: chain.map(\.geometry),
      // What can't be read is left to the attempt to contract it, which says why.
      hasNonzeroBias: chain.map { (try? $0.hasNonzeroBias()) ?? true },
      endsInAddend: chain.last?.node.addend != nil)
  }

  private enum Failure: Error {
    case factor(SkipReason)
    case composition(CompositionFailure)
    case patch(PatchError)
  }

  private func contract(
    _ factors: [ChainFactor], in graph: inout Graph
  ) throws(Failure) -> ContractionReport.Unit {
    var kernels: [ConvolutionKernel] = []
    var writer = ContractedNodeWriter(factors, in: graph)
    let patch: GraphPatch
    var composed: ConvolutionKernel
    let hasAddend = factors.last?.node.addend != nil
    do {
      for factor in factors { kernels.append(try factor.kernel()) }
    } catch { throw .factor(error) }
    do { composed = try KernelComposition.compose(kernels) } catch { throw .composition(error) }
    // No factor before an addend has a bias other than zero, see `Segmentation`.
    if hasAddend { composed = composed.withoutBias }
    do { patch = try writer.patch(composed) } catch { throw .factor(error) }
    let output = factors[factors.count - 1].output
    let added: [Node.ID]
    do { added = try graph.apply(patch).nodes } catch { throw .patch(error) }
    return ContractionReport.Unit(
      node: added.first.map { graph[$0].name } ?? writer.nodeName, factors: factors,
      kernels: kernels, parametersAfter: composed.geometry.parameterCount,
      check: checksUnits
        ? UnitCheck(kernels, contractedTo: output, hasAddend: hasAddend, in: graph) { _ in nil }
        : nil)
  }
}
