import Expansion
import NetworkIR

/// A model's nodes with their sizes, and what `expand` would do with each.
struct InspectReport: Report {
  struct Expansion: Encodable {
    let strategy: String
    let channels: [Int]
    let parameters: Int
  }

  struct Node: Encodable {
    let name: String
    let index: Int
    let `operator`: String
    let kernel: [Int]?
    let outputShape: [Extent]?
    let parameters: Int
    let macs: MACsReport
    let expansion: Expansion?
    let skipped: String?
  }

  let irVersion: Int
  let opset: Int
  let parameters: Int
  let macs: MACsReport
  let nodes: [Node]
  private let file: String
  private let sentences: [String]

  private enum CodingKeys: CodingKey {
    case irVersion, opset, parameters, macs, nodes
  }

  /// - Throws: `InferenceError` where the shapes contradict each other.
  init(_ model: Model, _ plan: ExpansionReport, of file: String) throws {
    let graph = model.graph
    let types = try ShapeInference(graph)
    let statistics = try Statistics(graph)
    var results: [Int: ExpansionReport.Result] = [:]
    for row in plan.rows { results[row.index] = row.result }
    var nodes: [Node] = []
    var sentences: [String] = []
    for (index, (node, entry)) in zip(graph.nodes, statistics.nodes).enumerated() {
      var expansion: Expansion?
      var skipped: String?
      switch results[index] {
      case .expanded(let unit)?:
        expansion = Expansion(
          strategy: unit.strategy.rawValue, channels: unit.channels,
          parameters: unit.parametersAfter)
        sentences.append(unit.sentence)
      case .skipped(let reason)?:
        skipped = reason.sentence
        sentences.append("skipped: \(reason.sentence)")
      case nil: sentences.append("")
      }
      nodes.append(
        Node(
          name: node.name.description, index: index, operator: node.type.description,
          kernel: node.kernel(types), outputShape: node.outputShape(types),
          parameters: entry.parameters, macs: MACsReport(entry.macs), expansion: expansion,
          skipped: skipped))
    }
    irVersion = model.irVersion
    opset = graph.opset
    parameters = statistics.parameters
    macs = MACsReport(statistics.macs)
    self.nodes = nodes
    self.file = file
    self.sentences = sentences
  }

  func text(width: Int?) -> String {
    var table = Table(
      .text("node"), .text("operator"), .text("kernel"), .text("output"), .number("parameters"),
      .number("MACs"), .text("expand would make"))
    for (node, sentence) in zip(nodes, sentences) {
      table.add(
        node.name.isEmpty ? "(\(node.index))" : node.name, node.operator,
        node.kernel?.byTimes ?? "",
        node.outputShape.map { $0.map(\.description).joined(separator: "×") } ?? "?",
        node.parameters == 0 ? "" : node.parameters.grouped,
        node.macs.weights == 0 ? "" : node.macs.weights.groupedOrUnknown, sentence)
    }
    table.addRule()
    table.add(
      "\(nodes.count) nodes", "", "", "", parameters.grouped, macs.weights.groupedOrUnknown, "")
    return """
      \(file.printable): IR version \(irVersion), opset \(opset)
      \(table.text(width: width))
      MACs as the paper counts them: \(macs.paper.groupedOrUnknown)
      """
  }
}

/// An extent in JSON: a number, the symbol that the file gives it, or null.
struct Extent: Encodable, CustomStringConvertible {
  let dimension: Dimension

  var description: String { dimension.description }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch dimension {
    case .fixed(let extent): try container.encode(extent)
    case .symbolic(let name): try container.encode(name.description)
    case .unknown: try container.encodeNil()
    }
  }
}

extension NetworkIR.Node {
  /// The spatial extents of the node's window, where it has one.
  fileprivate func kernel(_ types: ShapeInference) -> [Int]? {
    switch self.operator {
    case .conv, .convTranspose:
      input(1).flatMap { types.shape(of: $0) }.map { Array($0.dropFirst(2)) }
    case .pool(let pool): pool.window.kernelShape
    default: nil
    }
  }

  fileprivate func outputShape(_ types: ShapeInference) -> [Extent]? {
    outputs.compactMap(\.self).first.flatMap { types.type(of: $0)?.dimensions }?
      .map(Extent.init)
  }
}
