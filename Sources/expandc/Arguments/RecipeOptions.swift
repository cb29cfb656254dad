import ArgumentParser
import Training

/// The training recipe on the command line.
struct RecipeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Passes over the data.", valueName: "n"))
  var epochs = 10

  @Option(help: ArgumentHelp("Images a step.", valueName: "n"))
  var batchSize = 128

  @Option(help: ArgumentHelp("Learning rate of the first epoch.", valueName: "rate"))
  var learningRate = 0.01

  @Option(help: ArgumentHelp("Share of the last step that the next one keeps.", valueName: "share"))
  var momentum = 0.9

  @Flag(help: "Nesterov's momentum.")
  var nesterov = false

  @Option(help: ArgumentHelp("Weight decay (L2), on every parameter.", valueName: "share"))
  var weightDecay = 0.0

  @Option(
    help: ArgumentHelp("Learning rate steps, as \(StepSchedule.form).", valueName: "schedule"),
    transform: Self.schedule)
  var schedule: StepSchedule?

  @Option(
    help: ArgumentHelp("Augmentation, as \(Augmentation.form).", valueName: "kinds"),
    transform: Self.augmentation)
  var augment: Augmentation?

  @Flag(help: "Take the images in the order of the data.")
  var noShuffle = false

  @Option(help: ArgumentHelp("What order and augmentation depend on.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "How factors are trained: composed into one kernel in each step (online), one by one "
        + "(materialized), or whichever is cheaper (auto). The result is the same up to rounding.",
      valueName: "mode"))
  var mode = ModeArgument.auto

  /// Steps compute in Float, in which a number may be 0, 1 or infinite.
  func validate() throws {
    for (name, isValid) in [
      ("--epochs takes 1 to 1000000", (1...1_000_000).contains(epochs)),
      ("--batch-size takes 1 to 1048576", (1...1 << 20).contains(batchSize)),
      (
        "--learning-rate takes a positive number",
        Float(learningRate) > 0 && Float(learningRate).isFinite
      ),
      ("--momentum takes a number from 0 to below 1", (0..<1).contains(Float(momentum))),
      ("--nesterov needs a momentum above 0", !nesterov || Float(momentum) > 0),
      ("--weight-decay takes 0 or more", weightDecay >= 0 && Float(weightDecay).isFinite),
    ] where !isValid {
      throw ValidationError(name)
    }
  }

  var recipe: TrainingRecipe {
    TrainingRecipe(
      epochs: epochs, batchSize: batchSize, learningRate: learningRate, momentum: momentum,
      isNesterov: nesterov, weightDecay: weightDecay, schedule: schedule ?? .constant,
      augmentation: augment ?? .none, shuffles: !noShuffle, seed: seed,
      mode: mode.mode)
  }
}

extension RecipeOptions {
  fileprivate static func schedule(_ text: String) throws -> StepSchedule {
    guard let schedule = StepSchedule(parsing: text) else {
      throw ValidationError("the form is \(StepSchedule.form)")
    }
    return schedule
  }

  fileprivate static func augmentation(_ text: String) throws -> Augmentation {
    guard let augmentation = try? Augmentation(parsing: text) else {
      throw ValidationError("the form is \(Augmentation.form)")
    }
    return augmentation
  }
}
