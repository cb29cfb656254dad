import NetworkIR

/// Says in a few words what a node of a graph does.
struct NodeDescriber {
  private let graph: Graph
  private let types: ShapeInference
  private let parameters: [Node.ID: Int]
  /// The first extent of the first input: shapes are given for one image.
  private let batch: Dimension?

  init(_ graph: Graph) {
    self.graph = graph
    types = ShapeInference(tolerating: graph)
    let statistics = Statistics(tolerating: graph)
    parameters = statistics.nodes.reduce(into: [:]) { $0[$1.node] = $1.parameters }
    batch = graph.requiredInputs.first.flatMap { graph[$0].declaredType?.dimensions?.first }
  }

  func input(_ value: Value.ID) -> Diagram.Box { terminal(value, .input, "input") }

  func output(_ value: Value.ID) -> Diagram.Box { terminal(value, .output, "output") }

  private func terminal(
    _ value: Value.ID, _ kind: Diagram.Box.Kind, _ word: String
  ) -> Diagram.Box {
    let name = graph[value].name.description.printable
    return Diagram.Box(
      kind: kind, node: nil, title: word, detail: name == word ? "" : name, parameters: "",
      shape: kind == .input ? shape(value) : nil, note: "\(word) \(name)")
  }

  /// - Parameter source: the first value that the node reads and that is no constant.
  func box(_ node: Node, reading source: Value.ID?) -> Diagram.Box {
    let count = parameters[node.id] ?? 0
    let output = node.outputs.compactMap(\.self).first
    let given = output.flatMap(shape)
    let name = node.name.isEmpty ? "(no name)" : node.name.description
    let written = node.outputs.compactMap { $0.map { graph[$0].name.description } }
    let (title, detail) = words(node)
    return Diagram.Box(
      kind: count > 0 ? .weighted : .plain, node: node.id, title: title.printable, detail: detail,
      parameters: count > 0 ? count.grouped : "",
      shape: given == source.flatMap(shape) ? nil : given,
      note: "\(node.type) \(name), writes \(written.joined(separator: ", "))".printable)
  }

  private func shape(_ value: Value.ID) -> String? {
    guard let dimensions = types.type(of: value)?.dimensions, !dimensions.isEmpty else {
      return nil
    }
    let isBatched = dimensions.count > 1 && dimensions.first == batch
    return (isBatched ? Array(dimensions.dropFirst()) : dimensions).byTimes.printable
  }

  private func words(_ node: Node) -> (title: String, detail: String) {
    let name = node.type.description
    let weight = node.input(1).flatMap { types.shape(of: $0) } ?? []
    switch node.operator {
    case .conv(let conv) where weight.count > 2:
      let (inputs, overflow) = weight[1].multipliedReportingOverflow(by: conv.group)
      return (
        "\(name) \(weight.dropFirst(2).map(\.self).byTimes)",
        ([overflow ? "" : "\(inputs)→\(weight[0])"]
          + groupWords(conv.group, inputs: inputs) + conv.window.words).spaced
      )
    case .convTranspose(let conv) where weight.count > 2:
      let (outputs, overflow) = weight[1].multipliedReportingOverflow(by: conv.group)
      return (
        "\(name) \(weight.dropFirst(2).map(\.self).byTimes)",
        ([overflow ? "" : "\(weight[0])→\(outputs)"]
          + groupWords(conv.group, inputs: weight[0]) + conv.window.words).spaced
      )
    case .gemm(let gemm) where weight.count == 2:
      let (inputs, outputs) = gemm.transB ? (weight[1], weight[0]) : (weight[0], weight[1])
      return (name, "\(inputs)→\(outputs)")
    case .matMul where weight.count > 1:
      return (name, "\(weight[weight.count - 2])→\(weight[weight.count - 1])")
    case .pool(let pool):
      return ("\(name) \((pool.window.kernelShape ?? []).byTimes)", pool.window.words.spaced)
    default: return (name, "")
    }
  }

  private func groupWords(_ group: Int, inputs: Int) -> [String] {
    switch group {
    case 1: []
    case inputs: ["depthwise"]
    default: ["groups \(group)"]
    }
  }
}

extension Window {
  /// What the attributes say that isn't the default.
  fileprivate var words: [String] {
    func word(_ name: String, _ extents: [Int]?, unless usual: Int) -> String {
      guard let extents, let first = extents.first, extents.contains(where: { $0 != usual }) else {
        return ""
      }
      let isUniform = extents.allSatisfy { $0 == first }
      return "\(name) \(isUniform ? "\(first)" : extents.map(String.init).joined(separator: ","))"
    }
    let same = autoPad == .notset ? "" : "pad \(autoPad.rawValue.lowercased())"
    return [
      word("stride", strides, unless: 1), word("dilation", dilations, unless: 1),
      word("pad", pads, unless: 0), same,
    ]
  }
}

extension [String] {
  fileprivate var spaced: String { filter { !$0.isEmpty }.joined(separator: " ") }
}
