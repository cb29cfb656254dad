import ArgumentParser
import Expansion
import NetworkIR

/// `contract`: rewrites an expanded model, trained or not, into the compact one.
struct ContractCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "contract",
    abstract: "Rewrite an expanded network back into the compact one, with its weights.",
    discussion: """
      A model that expandc expanded says itself what it was. Any other, and one that was renamed \
      or rewritten since, is contracted by its structure: chains of factors become the kernels \
      with the fewest parameters. Each unit is checked, and the contracted network is run against \
      the expanded one, before it is written; where they differ by more than rounding can explain \
      the exit status is 1, and nothing is written.
      """)

  @OptionGroup var input: ModelInput
  @OptionGroup var result: ModelOutput

  @Option(
    name: .customLong("like"),
    help: "Give the names, attributes and order of this compact model to the result.")
  var compact: ModelPath?

  @Flag(
    name: .customLong("absorb-batchnorm"),
    help: "Take batch normalization that follows a kernel into it (inference mode only).")
  var absorbsBatchNormalization = false

  @Flag(
    name: .customLong("assume-constant-inputs"),
    help: """
      Contract weights that are graph inputs too; they are inputs no longer, but before IR version \
      4, where every initializer is one.
      """)
  var assumesConstantInputs = false

  @OptionGroup var verification: VerificationOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !([input.model] + (compact.map { [$0] } ?? [])).sharesStandardStream else {
      throw ValidationError("Only one of the model and --like can come from standard input")
    }
  }

  func run() throws {
    let model = try input.read()
    let destination = try ModelPath.output(
      result.destination, of: input.model, word: "contracted")
    if let compact, case .file(let path) = destination {
      try ModelPath.checkOutput(path, of: [compact])
    }
    let like = try compact?.read(allowsLinkedData: input.allowLinkedData)
    var options = ContractionOptions()
    options.absorbsBatchNormalization = absorbsBatchNormalization
    options.assumesConstantInputs = assumesConstantInputs
    let file = input.model.description.asInput
    let before = try concerning(file) { try Statistics(model.graph) }
    let contraction = try VerifiedContraction(
      model, file: file, options, scope: verification.scope, like: like)
    let contracted = contraction.model
    let after = try concerning("\(file) contracted") { try Statistics(contracted.graph) }
    try destination.write(contracted)
    try output.console(besides: destination).show(
      ContractReport(
        contraction.report, before: before, after: after, output: destination, contraction.check))
  }
}
