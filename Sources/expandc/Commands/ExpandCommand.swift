import ArgumentParser
import Expansion
import NetworkIR

/// `expand`: rewrites a compact model into an expanded one.
struct ExpandCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "expand", abstract: "Rewrite a compact network into a wider and deeper one.")

  @OptionGroup var input: ModelInput
  @OptionGroup(title: "Expansion") var expansion: ExpansionArguments
  @OptionGroup var result: ModelOutput

  @OptionGroup var plan: PlanOptions

  @Flag(help: "Say what would be expanded, and write nothing.")
  var dryRun = false

  @OptionGroup var verification: VerificationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let model = try input.read()
    let before = try Statistics(model.graph)
    let expander = Expander(try plan.applied(to: expansion.options, model))
    if dryRun || plan.destination != nil { return try showPlan(of: model, before, expander) }
    let destination = try ModelPath.output(
      result.destination, of: input.model, word: "expanded")
    let (expanded, report) = try expander.expand(model)
    warn(of: report)
    if report.unitCount == 0 { Console.warn("nothing was expanded; see the reasons") }
    let check = try check(model, expanded, report)
    try destination.write(expanded)
    try output.console(besides: destination).show(
      ExpandReport(
        report, before: before, after: Statistics(expanded.graph),
        output: destination, check: check))
  }

  /// Says what would be done, and writes it where a plan is asked for.
  private func showPlan(
    of model: Model, _ before: Statistics, _ expander: Expander
  ) throws {
    let report = try expander.plan(model, isBinding: true)
    warn(of: report)
    try plan.write(report, of: input.model)
    try output.console.show(
      ExpandReport(report, before: before, plan: plan.destination))
  }

  private func warn(of report: ExpansionReport) {
    guard report.hasBottleneck else { return }
    Console.warn("at a rate below 1 a unit is a bottleneck that can express less")
  }

  /// Nothing is to be checked where the factors are random or nothing was expanded.
  private func check(
    _ model: Model, _ expanded: Model, _ report: ExpansionReport
  ) throws -> RewriteCheck {
    guard expansion.options.initialisation == .preserve, report.unitCount > 0,
      verification.scope != .none
    else { return RewriteCheck() }
    let rows = try ExpansionCheck.rows(model, expanded)
    return try RewriteCheck(
      model, expanded, units: rows.map { ($0.node, $0.check) }, verification.scope,
      subject: "the expanded network")
  }
}
