import ArgumentParser
import Expansion
import NetworkIR

/// Plans of units: one entry for each node, to be written, edited and done.
struct PlanOptions: ParsableArguments {
  @Option(
    name: .customLong("plan"),
    help: ArgumentHelp(
      "Expand as this plan says, node by node; flags hold for what its entries leave out.",
      valueName: "file"))
  var source: String?

  @Option(
    name: .customLong("plan-out"),
    help: ArgumentHelp("Write the plan, to be edited, and no model.", valueName: "file"))
  var destination: String?

  /// The plan that is given, for `model`; nil where none is.
  func resolved(in model: Model, besides options: ExpansionOptions) throws -> ResolvedPlan? {
    guard let source else { return nil }
    guard options.include.isEmpty, options.exclude.isEmpty else {
      throw Diagnostic(
        .usage, "a plan chooses the nodes itself",
        next: "leave out --include and --exclude, or --plan")
    }
    return try PlanFile(reading: source).resolved(in: model.graph)
  }

  func write(_ report: ExpansionReport, of model: ModelPath) throws {
    guard let destination else { return }
    let inputs = [model] + (source.map { [.file($0)] } ?? [])
    try ModelPath.checkOutput(destination, of: inputs, flag: "--plan-out")
    try PlanFile.write(report, model: model.description, to: destination)
  }
}
