/// Parameters and multiply-accumulates of a graph, for one image.
///
/// A batch that the inputs leave open counts as 1; one that they fix is divided out.
package struct Statistics: Sendable {
  package struct Entry: Sendable {
    package let node: Node.ID
    /// Trainable elements that the node reads: weights and biases of Conv, ConvTranspose, Gemm and
    /// MatMul (with the Add that follows), scale and bias of BatchNormalization.
    package let parameters: Int
    package let macs: MultiplyAccumulates
  }

  /// In the graph's order.
  package let nodes: [Entry]
  /// Trainable elements of the graph: tensors that several nodes read count once, except where
  /// each reads it through an Identity of its own, as exporters store equal parameters.
  package let parameters: Int
  package let macs: MultiplyAccumulates

  package init(_ graph: Graph) throws(InferenceError) {
    let counter = try MultiplyAccumulateCounter(graph)
    var counted: Set<Value.ID> = []
    var nodes: [Entry] = []
    var parameters = 0
    var macs = MultiplyAccumulates.zero
    for node in graph.nodes {
      var own = 0
      for value in graph.parameters(of: node) {
        let count = graph.elementCount(ofConstant: value)
        own += count
        if counted.insert(value).inserted { parameters += count }
      }
      let entry = Entry(node: node.id, parameters: own, macs: counter.macs(node))
      macs = macs + entry.macs
      nodes.append(entry)
    }
    self.nodes = nodes
    self.parameters = parameters
    self.macs = macs
  }
}

/// Multiply-accumulates under two conventions; nil where an extent that they need is unknown or
/// the number overflows.
package struct MultiplyAccumulates: Hashable, Sendable {
  /// Multiplications by weights of convolutions and matrix products.
  package var weights: Int?
  /// The paper's counter: `weights`, one for each output of a convolution with bias (transposed:
  /// for each place of a square as high as the output), two for each element that
  /// BatchNormalization makes, one for each output of a rectifier and for each input of a pooling,
  /// unless its name says that the network called it as a function (`/Relu`).
  package var paper: Int?

  package init(weights: Int?, paper: Int?) {
    self.weights = weights
    self.paper = paper
  }

  package static let zero = MultiplyAccumulates(weights: 0, paper: 0)

  package static func + (
    a: MultiplyAccumulates, b: MultiplyAccumulates
  ) -> MultiplyAccumulates {
    func sum(_ a: Int?, _ b: Int?) -> Int? {
      guard let a, let b else { return nil }
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? nil : sum
    }
    return MultiplyAccumulates(weights: sum(a.weights, b.weights), paper: sum(a.paper, b.paper))
  }
}
