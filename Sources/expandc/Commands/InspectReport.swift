import Expansion
import NetworkIR

/// A model's nodes with their sizes, the units that they belong to, and what `expand` would do.
struct InspectReport: Report {
  struct Expansion: Encodable {
    let strategy: String
    let channels: [Int]
    let parameters: Int
  }

  /// Which factor of a recorded unit a node is; factors count from 1.
  struct Unit: Encodable {
    let node: String
    let strategy: String
    let isNonlinear: Bool
    let factor: Int
    let factors: Int
  }

  struct Node: Encodable {
    let name: String
    let index: Int
    let `operator`: String
    let kernel: [Int]?
    let outputShape: [Extent]?
    let parameters: Int
    let macs: MACsReport
    let unit: Unit?
    let expansion: Expansion?
    let skipped: String?
  }

  /// Per image, and per step for what online training adds to each.
  struct TrainingMACs: Encodable {
    let materialized: Int?
    let online: Int?
    let compositionPerStep: Int?

    init(_ cost: TrainingCost) {
      materialized = cost.materialized
      online = cost.online
      compositionPerStep = cost.compositionPerStep
    }
  }

  let irVersion: Int
  let opset: Int
  let parameters: Int
  let macs: MACsReport
  let trainingMACs: TrainingMACs
  let nodes: [Node]
  let file: String
  let unitCount: Int
  /// Those that one kernel equals, which online training composes.
  let linearUnitCount: Int
  /// Of each node, in their order: its unit, or what `expand` would do.
  let sentences: [String]
  /// The MACs of each node, and of all, where they are symbolic.
  let symbolicMACs: [SymbolicCount?]
  let symbolicTotal: SymbolicCount?

  private enum CodingKeys: CodingKey {
    case irVersion, opset, parameters, macs, trainingMACs, nodes
  }

  init(
    _ model: Model, _ types: ShapeInference, _ plan: ExpansionReport, units: [ExpandedUnit],
    of file: String
  ) {
    let graph = model.graph
    let statistics = Statistics(tolerating: graph)
    var results: [Int: ExpansionReport.Result] = [:]
    for row in plan.rows { results[row.index] = row.result }
    let memberships = Self.memberships(units)
    var nodes: [Node] = []
    var sentences: [String] = []
    for (index, (node, entry)) in zip(graph.nodes, statistics.nodes).enumerated() {
      let unit = memberships[node.id]
      sentences.append(unit?.sentence ?? results[index]?.sentence ?? "")
      nodes.append(
        Node(
          name: node.name.description, index: index, operator: node.type.description,
          kernel: node.kernel(types), outputShape: node.outputShape(types),
          parameters: entry.parameters, macs: MACsReport(entry.macs, entry.symbolicMACs),
          unit: unit, expansion: results[index]?.expansion, skipped: results[index]?.reason))
    }
    irVersion = model.irVersion
    opset = graph.opset
    parameters = statistics.parameters
    macs = MACsReport(statistics.macs, statistics.symbolicMACs)
    trainingMACs = TrainingMACs(TrainingCost(graph, statistics, units: units))
    self.nodes = nodes
    self.file = file
    unitCount = units.count
    linearUnitCount = units.count { !$0.isNonlinear }
    self.sentences = sentences
    symbolicMACs = statistics.nodes.map(\.symbolicMACs)
    symbolicTotal = statistics.symbolicMACs
  }

  private static func memberships(_ units: [ExpandedUnit]) -> [NetworkIR.Node.ID: Unit] {
    var memberships: [NetworkIR.Node.ID: Unit] = [:]
    for unit in units {
      for (index, factor) in unit.factors.enumerated() {
        for node in factor.nodes {
          memberships[node] = Unit(
            node: unit.compactNode.description, strategy: unit.strategy.rawValue,
            isNonlinear: unit.isNonlinear,
            factor: index + 1, factors: unit.factors.count)
        }
      }
    }
    return memberships
  }
}

extension ExpansionReport.Result {
  fileprivate var expansion: InspectReport.Expansion? {
    guard case .expanded(let unit) = self else { return nil }
    return InspectReport.Expansion(
      strategy: unit.strategy.rawValue, channels: unit.channels, parameters: unit.parametersAfter)
  }

  fileprivate var reason: String? {
    guard case .skipped(let reason) = self else { return nil }
    return reason.sentence
  }

  fileprivate var sentence: String {
    switch self {
    case .expanded(let unit): unit.sentence
    case .skipped(let reason): "skipped: \(reason.sentence)"
    }
  }
}
