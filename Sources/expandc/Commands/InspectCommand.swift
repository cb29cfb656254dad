import ArgumentParser
import Expansion
import NetworkIR

/// `inspect`: what is in a model, and what `expand` would do with it.
struct InspectCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show operators, shapes, parameters and MACs, and what expand would do.",
    discussion: """
      With --plan: what a run of the model consists of, step by step. Reorders put a tensor into \
      the layout that the next primitive reads.
      """)

  @OptionGroup var input: ModelInput
  @OptionGroup(title: "Expansion") var expansion: ExpansionArguments
  @OptionGroup(title: "Plan of a run") var execution: ExecutionPlanOptions
  @OptionGroup(title: "Pictures") var pictures: PictureOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let model = try input.read()
    if execution.isWanted {
      let file = input.model.description.asInput
      let report = try concerning(file) { try execution.report(model.graph, file: file) }
      return try output.console.show(report)
    }
    let plan = try Expander(expansion.options).plan(model)
    let types = ShapeInference(tolerating: model.graph)
    if let failure = types.failure {
      Console.warn("\(failure.diagnostic.sentence); what follows from that shows as ?")
    }
    let units = units(of: model)
    try GraphPicture.draw(model, units, pictures, of: input.model)
    var console = output.console
    console.reportsOnStandardError = pictures.takesStandardOutput
    try console.show(
      InspectReport(
        model, types, plan, units: units, of: input.model.description.asInput))
  }

  /// The units that the model records, as far as they are still there.
  private func units(of model: Model) -> [ExpandedUnit] {
    do {
      return try Provenance(of: model).expandedUnits(in: model.graph)
    } catch {
      Console.warn(error.diagnostic.sentence)
      return []
    }
  }
}
