import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport

extension RandomRoundTrip {
  /// What is wrong with the contraction of the expanded model without its provenance, in words.
  ///
  /// One chain may become several nodes, or take the head in: what has the fewest parameters, so
  /// never more than the compact model. Bounds are those of `disagreements()`, for the whole model:
  /// a product meets each contracted kernel once, and each is rounded once.
  func structureDisagreements() throws -> [String] {
    var nameless = expanded
    nameless.metadata = [:]
    let (model, report) = try Self.contractor.contract(nameless)
    var found: [String] = []
    func parameters(_ model: Model) -> Int {
      model.graph.initializers.values.reduce(0) { $0 + $1.tensor.elementCount }
    }
    // A bias of zeros is a bias where no record says that the compact node had none.
    let zeros = !problem.hasBias && problem.options.intermediateBias == .all ? problem.outputs : 0
    if parameters(model) > parameters(contracted) + zeros {
      found.append(
        "\(parameters(model)) parameters by structure, \(parameters(contracted)) by record")
    }
    let image = problem.image()
    let name = expanded.graph[expanded.graph.outputs[0].value].name
    let before = try NaiveNetwork(expanded.graph, ["x": image])[name]
    let after = try NaiveNetwork(model.graph, ["x": image])[name]
    var composition = 4
    let taps = problem.kernel.reduce(1, *)
    for unit in report.units {
      for inner in unit.channels.dropFirst().dropLast() { composition += inner * taps + 1 }
    }
    let rounding = elementType == .double ? 0x1p-53 : 0x1p-24
    let roundings = Double(before.roundings + after.roundings + composition) * 0x1p-53
    var bound = before.magnitude
    for index in bound.elements.indices {
      bound.elements[index] *=
        (roundings + Double(report.units.count) * rounding) * (1 + 0x1p-20)
    }
    if let disagreement = after.value.disagreement(with: before.value, within: bound) {
      found.append("by structure, \(report.units.map(\.notation)): \(disagreement)")
    }
    return found
  }
}
