import ArgumentParser
import Expansion

/// How to expand: one flag for each of `ExpansionOptions`.
struct ExpansionArguments: ParsableArguments {
  @Option(
    name: [.customShort("r"), .customLong("rate")], parsing: .unconditional,
    help: "Expansion rate r.")
  var rate = 4.0

  @Option(help: "Convolutions: CK for square odd kernels above 3, else CL; or one of these.")
  var conv = ExpansionOptions.Convolutions.auto

  @Option(help: "Factors of each fully connected node but the logits': 0, 2 or 3.")
  var fc = 3

  @Option(
    parsing: .singleValue,
    help: "Expand only nodes whose name, or whose weight's name, matches a pattern as *.3.weight.")
  var include: [String] = []

  @Option(parsing: .singleValue, help: "Expand no node that matches the pattern.")
  var exclude: [String] = []

  @Option(
    name: .customLong("init"),
    help: "Keep the function (the default without --nonlinear), or start from random factors.")
  var initialisation: ExpansionOptions.Initialisation?

  @Option(help: "Seed of the factors.")
  var seed: UInt64 = 0

  @Option(help: "Whether the first factor on the image has r times its channels, or as many.")
  var stem = ExpansionOptions.Stem.expand

  @Option(help: "Which factor of CL takes the stride.")
  var strideAt = ExpansionOptions.StridePlacement.middle

  @Option(help: "Biases of factors before the last: as in the compact node, all, or none.")
  var intermediateBias = ExpansionOptions.IntermediateBias.auto

  @Flag(help: "Put a ReLU between factors: to train, and to initialise a linear network from.")
  var nonlinear = false

  @Flag(
    help: """
      Expand weights that are graph inputs too; they are inputs no longer, but before IR version 4 \
      the factors' weights are, as every initializer is.
      """)
  var assumeConstantInputs = false

  var options: ExpansionOptions {
    var options = ExpansionOptions()
    options.rate = rate
    options.convolutions = conv
    options.fullyConnectedFactors = fc
    options.include = include
    options.exclude = exclude
    options.initialisation = initialisation ?? (nonlinear ? .random : .preserve)
    options.isNonlinear = nonlinear
    options.assumesConstantInputs = assumeConstantInputs
    options.seed = seed
    options.stem = stem
    options.strideAt = strideAt
    options.intermediateBias = intermediateBias
    return options
  }
}

extension ExpansionOptions.Convolutions: ExpressibleByArgument {}
extension ExpansionOptions.Initialisation: ExpressibleByArgument {}
extension ExpansionOptions.Stem: ExpressibleByArgument {}
extension ExpansionOptions.StridePlacement: ExpressibleByArgument {}
extension ExpansionOptions.IntermediateBias: ExpressibleByArgument {}
