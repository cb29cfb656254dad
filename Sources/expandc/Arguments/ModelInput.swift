import ArgumentParser
import NetworkIR

/// The model that a command reads.
struct ModelInput: ParsableArguments {
  @Argument(help: "The model, an ONNX file, or - for standard input.")
  var model: ModelPath

  @Flag(help: "Read external data through links too.")
  var allowLinkedData = false

  func read() throws -> Model {
    try model.read(allowsLinkedData: allowLinkedData)
  }
}
