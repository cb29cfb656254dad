import ArgumentParser
import Training

/// The data set, and the threads that compute on it.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The data set: cifar10:DIR, cifar100:DIR, npy:X.npy,Y.npy or shapes.", valueName: "spec"))
  var data: String

  @OptionGroup var compute: ThreadsOption

  func specification() throws -> DataSpecification { try DataSpecification(parsing: data) }
}
