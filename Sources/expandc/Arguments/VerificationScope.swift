import ArgumentParser

/// How much of a rewritten model is tried before it is written.
enum VerificationScope: String, ExpressibleByArgument, CaseIterable {
  /// The units, and the network where running it is cheap.
  case auto
  case network, units, none
}

/// How a command that keeps a network's function checks that it did.
struct VerificationOptions: ParsableArguments {
  @Option(
    name: .customLong("verify"),
    help: ArgumentHelp(
      "Check before writing: each unit, and the whole network where that is cheap (auto) or in any "
        + "case (network); the units alone (units); or nothing (none).", valueName: "scope"))
  var scope = VerificationScope.auto
}
