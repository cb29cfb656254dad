import ArgumentParser
import Training

/// The data set, the size of its batches and the threads that run it.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The data set: cifar10:DIR, cifar100:DIR, npy:X.npy,Y.npy or shapes.", valueName: "spec"))
  var data: String

  @Option(help: ArgumentHelp("Threads; all cores by default.", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes 1 to 1024")
    }
  }

  func specification() throws -> DataSpecification { try DataSpecification(parsing: data) }
}
