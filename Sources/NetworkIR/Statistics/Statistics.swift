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
    /// `macs.weights` in terms of the extents that are not known; nil where that is a number, or
    /// not even that is known.
    package let symbolicMACs: SymbolicCount?
  }

  /// In the graph's order.
  package let nodes: [Entry]
  /// Trainable elements of the graph: tensors that several nodes read count once, except where
  /// each reads it through an Identity of its own, as exporters store equal parameters.
  package let parameters: Int
  package let macs: MultiplyAccumulates
  /// The sum of the nodes' `macs.weights` where some are symbolic; nil as theirs.
  package let symbolicMACs: SymbolicCount?

  package init(_ graph: Graph) throws(InferenceError) {
    self.init(graph, try MultiplyAccumulateCounter(graph))
  }

  /// As much as can be counted in a graph whose shapes may not fit together.
  package init(tolerating graph: Graph) {
    self.init(graph, MultiplyAccumulateCounter(tolerating: graph))
  }

  private init(_ graph: Graph, _ counter: MultiplyAccumulateCounter) {
    var counted: Set<Value.ID> = []
    var nodes: [Entry] = []
    var parameters = 0
    var macs = MultiplyAccumulates.zero
    var symbolic: SymbolicCount? = .zero
    for node in graph.nodes {
      var own = 0
      for value in graph.parameters(of: node) {
        let count = graph.elementCount(ofConstant: value)
        own += count
        if counted.insert(value).inserted { parameters += count }
      }
      let entry = Entry(
        node: node.id, parameters: own, macs: counter.macs(node),
        symbolicMACs: counter.symbolicMACs(node))
      macs = macs + entry.macs
      symbolic = symbolic.plus(entry.macs.weights.map(SymbolicCount.init) ?? entry.symbolicMACs)
      nodes.append(entry)
    }
    self.nodes = nodes
    self.parameters = parameters
    self.macs = macs
    symbolicMACs = macs.weights == nil ? symbolic : nil
  }
}

extension SymbolicCount? {
  /// The sum; nil where either is.
  fileprivate func plus(_ other: SymbolicCount?) -> SymbolicCount? {
    guard let self, let other else { return nil }
    return self + other
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
