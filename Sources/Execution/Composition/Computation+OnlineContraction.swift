import Expansion
import NetworkIR

extension Computation {
  /// Composes the factors of linear chains before they run, where the mode asks for it.
  ///
  ///     y = Fₗ(… F₁(x))    becomes    W = Fₗ∘…∘F₁,  y = W(x)
  ///
  /// The composition is made of ordinary nodes on the factors, which stay the parameters, pair by
  /// pair in the cheapest order; so differentiation goes through it as through any node. What was
  /// decided is in `units`. Requires that nothing was differentiated yet.
  mutating func contractOnline(_ mode: TrainingMode) {
    absorbAddedBiases()
    var rewritten: [Int: [Node]] = [:]
    var compositions: [Node] = []
    for chain in linearChains() {
      let segmentation = ChainSegmentation(chain, mode: mode)
      units += segmentation.choices(in: self)
      for stretch in segmentation.stretches where stretch.count > 1 {
        let factors = chain.factors[stretch]
        guard let compact = compact(Array(factors)) else { continue }
        for factor in factors { rewritten[factor.node] = [] }
        // First of all, so that their gradients come last: when factors' gradients, which can be
        // larger than the activations, take memory, the activations have given theirs back.
        let composition = compact.dropLast()
        let isFirst = dependsOnlyOnParameters(composition)
        if isFirst { compositions += composition }
        rewritten[factors[stretch.upperBound].node] = isFirst ? compact.suffix(1) : compact
      }
    }
    guard !rewritten.isEmpty else { return }
    nodes = compositions + nodes.indices.flatMap { rewritten[$0] ?? [nodes[$0]] }
  }

  private func dependsOnlyOnParameters(_ stretch: some Collection<Node>) -> Bool {
    let made = Set(stretch.flatMap(\.outputs))
    return stretch.allSatisfy { node in
      node.inputs.allSatisfy { input in
        if case .computed = self[input].role { made.contains(input) } else { true }
      }
    }
  }

  /// The nodes that compose the factors and, last, the one that applies the result, which takes the
  /// last factor's place, where all weights are known.
  private mutating func compact(_ factors: [LinearChain.Factor]) -> [Node]? {
    guard let order = AssociationOrder(fastestFor: factors.map(\.geometry)),
      let first = factors.first, let last = factors.last
    else { return nil }
    let (input, output) = (nodes[first.node].inputs[0], nodes[last.node].outputs[0])
    let origin = nodes[last.node].origin
    let before = nodes.count
    let kernel = compose(factors[...], order, origin: origin)?.split(origin: origin, in: &self)
    var made = Array(nodes[before...])
    nodes.removeSubrange(before...)
    guard let kernel else { return nil }
    made.append(
      Node(
        action: Weighted(map: .composed(factors.map(\.map), geometry: kernel.geometry)),
        inputs: [input, kernel.weights] + (kernel.bias.map { [$0] } ?? []), outputs: [output],
        origin: origin, isForward: true))
    return made
  }

  private mutating func compose(
    _ factors: ArraySlice<LinearChain.Factor>, _ order: AssociationOrder, origin: Name
  ) -> KernelTensor? {
    guard case .pair(let left, let right) = order else {
      return factors.first.map { factor in
        let inputs = nodes[factor.node].inputs
        return KernelTensor(
          geometry: factor.geometry, weights: inputs[1], bias: inputs.count > 2 ? inputs[2] : nil,
          order: .tapMajor)
      }
    }
    guard let a = compose(factors.prefix(left.count), left, origin: origin),
      let b = compose(factors.dropFirst(left.count), right, origin: origin),
      let pair = KernelPair(a, then: b, origin: origin, in: &self)
    else { return nil }
    return pair.compose(in: &self)
  }
}
