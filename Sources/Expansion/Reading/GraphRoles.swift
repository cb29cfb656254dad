import NetworkIR

/// Which nodes with weights stand at the ends of a graph.
///
/// Nodes with weights are Conv, ConvTranspose, Gemm, and MatMul by a constant.
struct GraphRoles {
  /// Nodes that no node with weights comes before: they see the image.
  let seeingImage: Set<Node.ID>
  /// Nodes whose output reaches a graph output past no other node with weights.
  let reachingOutput: Set<Node.ID>

  init(_ graph: Graph) {
    var isWeighted = [Bool](repeating: false, count: graph.nodeIDCount)
    for node in graph.nodes { isWeighted[node.id.index] = Self.isWeighted(node, in: graph) }

    var isAfterWeights = [Bool](repeating: false, count: graph.valueCount)
    var seeingImage: Set<Node.ID> = []
    for node in graph.nodes {
      let isAfter = (node.inputs.compactMap(\.self) + node.captures)
        .contains { isAfterWeights[$0.index] }
      if isWeighted[node.id.index], !isAfter { seeingImage.insert(node.id) }
      for output in node.outputs.compactMap(\.self) {
        isAfterWeights[output.index] = isAfter || isWeighted[node.id.index]
      }
    }

    var reaches = [Bool](repeating: false, count: graph.valueCount)
    for port in graph.outputs { reaches[port.value.index] = true }
    var reachingOutput: Set<Node.ID> = []
    for node in graph.nodes.reversed() {
      guard node.outputs.compactMap(\.self).contains(where: { reaches[$0.index] }) else { continue }
      if isWeighted[node.id.index] {
        reachingOutput.insert(node.id)
      } else {
        for input in node.inputs.compactMap(\.self) + node.captures { reaches[input.index] = true }
      }
    }
    self.seeingImage = seeingImage
    self.reachingOutput = reachingOutput
  }

  private static func isWeighted(_ node: Node, in graph: Graph) -> Bool {
    switch node.operator {
    case .conv, .convTranspose, .gemm: true
    case .matMul:
      node.inputs.compactMap(\.self).contains { value in
        (try? graph.constant(value, assumingConstantInputs: true)) != nil
      }
    default: false
    }
  }
}
