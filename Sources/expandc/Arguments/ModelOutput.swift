import ArgumentParser

/// Where a command puts the model that it makes.
struct ModelOutput: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "Where the model goes; by default a name made of the input's.")
  var destination: ModelPath?
}
