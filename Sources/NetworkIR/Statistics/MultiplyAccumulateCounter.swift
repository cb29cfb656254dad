/// Counts multiply-accumulates from the shapes of one image.
struct MultiplyAccumulateCounter {
  let graph: Graph
  private let inference: ShapeInference
  /// Images in the shapes that inference gave.
  let batch: Int

  init(_ graph: Graph) throws(InferenceError) {
    let (given, batch) = Self.oneImage(of: graph)
    self.graph = graph
    self.batch = batch
    inference = try ShapeInference(graph, inputDimensions: given)
  }

  init(tolerating graph: Graph) {
    let (given, batch) = Self.oneImage(of: graph)
    self.graph = graph
    self.batch = batch
    inference = ShapeInference(tolerating: graph, inputDimensions: given)
  }

  /// Input shapes with a batch of 1 where it is open, and the batch that they have then.
  private static func oneImage(of graph: Graph) -> ([Value.ID: [Dimension]], batch: Int) {
    var given: [Value.ID: [Dimension]] = [:]
    var batch: Int?
    for input in graph.requiredInputs {
      guard let declared = graph[input].declaredType?.dimensions, declared.count > 1 else {
        continue
      }
      if let extent = declared[0].extent, extent > 0 {
        batch = batch ?? extent
      } else {
        given[input] = [.fixed(1)] + declared.dropFirst()
        batch = batch ?? 1
      }
    }
    return (given, batch ?? 1)
  }

  func macs(_ node: Node) -> MultiplyAccumulates {
    switch node.operator {
    case .conv:
      let macs = product(weight(node), positions(dimensions(node.output(0))))
      return MultiplyAccumulates(weights: macs, paper: sum(macs, bias(node)))
    case .convTranspose:
      let macs = product(weight(node), positions(dimensions(node.input(0))))
      return MultiplyAccumulates(weights: macs, paper: sum(macs, transposedBias(node)))
    case .gemm, .matMul:
      let macs = matrixProduct(node)
      return MultiplyAccumulates(weights: macs, paper: macs)
    case .batchNormalization:
      return MultiplyAccumulates(weights: 0, paper: product(elements(node.output(0)), 2))
    case .activation(.relu), .activation(.leakyRelu), .activation(.clip):
      return MultiplyAccumulates(
        weights: 0, paper: isFunctionCall(node) ? 0 : elements(node.output(0)))
    case .pool, .globalAveragePool:
      return MultiplyAccumulates(
        weights: 0, paper: isFunctionCall(node) ? 0 : elements(node.input(0)))
    default: return .zero
    }
  }

  /// True for a node named as PyTorch's exporter names what a network calls as a function, outside
  /// every module: `/Relu`, `/MaxPool_1`. The paper's counter, which hooks modules, never saw
  /// those.
  private func isFunctionCall(_ node: Node) -> Bool {
    let type = node.type.name.bytes
    let name = node.name.bytes
    guard name.starts(with: [UInt8(ascii: "/")] + type) else { return false }
    let suffix = name.dropFirst(type.count + 1)
    return suffix.isEmpty || suffix.first == UInt8(ascii: "_")
  }

  func dimensions(_ value: Value.ID?) -> [Dimension]? {
    value.flatMap { inference.type(of: $0)?.dimensions }
  }

  func weight(_ node: Node) -> Int? { count(dimensions(node.input(1))) }

  private func bias(_ node: Node) -> Int? {
    node.input(2) == nil ? 0 : elements(node.output(0))
  }

  /// The bias of a transposed convolution of images as the paper's counter has it: once for each
  /// place of a square as high as the output, whatever its width.
  private func transposedBias(_ node: Node) -> Int? {
    guard let output = dimensions(node.output(0)), output.count == 4 else { return bias(node) }
    return node.input(2) == nil ? 0 : count(output[..<3] + [output[2]]).map(perImage)
  }

  /// Elements of one image.
  private func elements(_ value: Value.ID?) -> Int? {
    count(dimensions(value)).map(perImage)
  }

  /// Places of [N, C, spatial…] that a channel has, of one image.
  private func positions(_ dimensions: [Dimension]?) -> Int? {
    guard let dimensions, dimensions.count > 1 else { return nil }
    return count([dimensions[0]] + dimensions[2...]).map(perImage)
  }

  /// K·N for each row that a constant matrix [K, N] is multiplied with; 0 for a product of two
  /// activations, which has no weights.
  private func matrixProduct(_ node: Node) -> Int? {
    guard hasOneConstant(node) else { return 0 }
    return product(innerExtent(node), elements(node.output(0)))
  }

  private func hasOneConstant(_ node: Node) -> Bool {
    let isConstant = [node.input(0), node.input(1)].map { value in
      value.map { graph.elementCount(ofConstant: $0) > 0 } ?? false
    }
    return isConstant[0] != isConstant[1]
  }

  /// The extent that a product of matrices sums over.
  func innerExtent(_ node: Node) -> Int? {
    guard let a = dimensions(node.input(0)), let b = dimensions(node.input(1)) else { return nil }
    if case .gemm(let gemm) = node.operator {
      return a.count == 2 ? a[gemm.transA ? 0 : 1].extent : nil
    }
    return (b.count > 1 ? b[b.count - 2] : b.first)?.extent
  }

  /// Counts that don't depend on the batch stay as they are.
  private func perImage(_ count: Int) -> Int { count % batch == 0 ? count / batch : count }

  private func count(_ dimensions: (some Collection<Dimension>)?) -> Int? {
    guard let dimensions else { return nil }
    return (try? Dimension.product(dimensions))?.extent
  }

  private func product(_ a: Int?, _ b: Int?) -> Int? {
    guard let a, let b else { return nil }
    return try? a.applying(.multiply, b)
  }

  private func sum(_ a: Int?, _ b: Int?) -> Int? {
    guard let a, let b else { return nil }
    return try? a.applying(.add, b)
  }
}
