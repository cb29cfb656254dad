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
    let before = try inModel { try Statistics(model.graph) }
    var options = expansion.options
    let resolved = try plan.resolved(in: model, besides: options)
    if let resolved { options.units = resolved.units }
    let expander = Expander(options)
    func blamed<Result>(_ body: () throws -> Result) throws -> Result {
      try inModel { try resolved?.blamed(body) ?? body() }
    }
    if dryRun || plan.destination != nil {
      return try show(blamed { try expander.plan(model, isBinding: true) }, before)
    }
    let destination = try ModelPath.output(
      result.destination, of: input.model, word: "expanded")
    let (expanded, report) = try blamed { try expander.expand(model) }
    warn(of: report)
    if report.unitCount == 0 { Console.warn("nothing was expanded; see the reasons") }
    let (trial, after) = try inModel {
      (try self.trial(model, expanded, report), try Statistics(expanded.graph))
    }
    var check = RewriteCheck()
    try destination.write(trial?.model ?? expanded) {
      guard let trial else { return }
      check = try inModel { try self.check(model, expanded, trial) }
    }
    try output.console(besides: destination).show(
      ExpandReport(report, before: before, after: after, output: destination, check: check))
  }

  /// Runs `body`, and says in the words of its error that it concerns the model, unless it concerns
  /// the flags or the plan.
  private func inModel<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      guard !(error is PlanFileError), let diagnostic = Diagnostic(error),
        diagnostic.status != .usage
      else { throw error }
      throw diagnostic.within(input.model.description.asInput)
    }
  }

  /// Says what would be done, and writes it where a plan is asked for.
  private func show(_ report: ExpansionReport, _ before: Statistics) throws {
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
  private func trial(
    _ model: Model, _ expanded: Model, _ report: ExpansionReport
  ) throws -> ExpansionCheck? {
    guard expansion.options.initialisation == .preserve, report.unitCount > 0,
      verification.scope != .none
    else { return nil }
    return try ExpansionCheck(model, expanded)
  }

  private func check(
    _ model: Model, _ expanded: Model, _ trial: ExpansionCheck
  ) throws -> RewriteCheck {
    try RewriteCheck(
      model, expanded, units: trial.rows().map { ($0.node, $0.check) }, verification.scope,
      subject: "the expanded network")
  }
}
