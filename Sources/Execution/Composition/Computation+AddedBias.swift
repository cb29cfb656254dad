import Kernels

extension Computation {
  /// Takes a stored vector that is added to an inner product for its bias, as exporters write a
  /// fully connected node without Gemm:
  ///
  ///     h = x·Wᵀ,  y = h + b    becomes    y = x·Wᵀ + b
  ///
  /// where nothing else reads h, so that the factors of such units follow one another.
  mutating func absorbAddedBiases() {
    let reading = readers()
    let isFed = dependsOnInputs()
    var products: [TensorID: Int] = [:]
    for (index, node) in nodes.enumerated() {
      guard let weighted = node.action as? Weighted, case .innerProduct = weighted.map,
        node.inputs.count == 2, reading[node.outputs[0]]?.count == 1
      else { continue }
      products[node.outputs[0]] = index
    }
    var absorbed: Set<Int> = []
    for (index, node) in nodes.enumerated() {
      guard let sum = node.action as? Arithmetic, case .add = sum.function,
        let product = products[node.inputs[0]], !isFed[node.inputs[1].index],
        shape(node.inputs[1]) == [shape(node.outputs[0])[1]]
      else { continue }
      nodes[index] = Node(
        action: nodes[product].action, inputs: nodes[product].inputs + [node.inputs[1]],
        outputs: node.outputs, origin: nodes[product].origin, isForward: true)
      absorbed.insert(product)
    }
    guard !absorbed.isEmpty else { return }
    nodes = nodes.indices.filter { !absorbed.contains($0) }.map { nodes[$0] }
  }
}
