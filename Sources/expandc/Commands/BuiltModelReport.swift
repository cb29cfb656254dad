import NetworkIR

/// A model that was written, and its size.
struct BuiltModelReport: Report {
  let output: String
  let parameters: Int
  let macs: MACsReport

  init(_ destination: ModelPath, _ model: Model) throws {
    let statistics = try Statistics(model.graph)
    output = destination.description
    parameters = statistics.parameters
    macs = MACsReport(statistics.macs)
  }

  func text(width: Int?) -> String {
    "\(output): \(parameters.grouped) parameters, \(macs.weights.groupedOrUnknown) MACs"
  }
}

/// Multiply-accumulates under the two conventions; null where a shape is unknown, and then in terms
/// of what is unknown, where that can be said.
struct MACsReport: Encodable {
  let weights: Int?
  let paper: Int?
  let symbolic: String?

  init(_ macs: MultiplyAccumulates, _ symbolic: SymbolicCount? = nil) {
    weights = macs.weights
    paper = macs.paper
    self.symbolic = symbolic?.text()
  }

  private enum CodingKeys: CodingKey {
    case weights, paper, symbolic
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(weights, forKey: .weights)
    try container.encode(paper, forKey: .paper)
    try container.encodeIfPresent(symbolic, forKey: .symbolic)
  }
}
