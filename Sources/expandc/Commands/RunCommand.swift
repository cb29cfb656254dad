import ArgumentParser
import Execution
import NetworkIR
import TensorCore

/// `run`: computes a network's outputs, in inference mode.
struct RunCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Compute a network's outputs for inputs in .npy files.")

  @OptionGroup var model: ModelInput

  @Option(
    name: .shortAndLong, parsing: .singleValue,
    help: ArgumentHelp(
      "A tensor of the input's type, one for each; the name only where there are several.",
      valueName: "name=x.npy"))
  var input: [NamedTensor] = []

  @Option(
    name: [.customShort("o"), .customLong("output")], parsing: .singleValue,
    help: ArgumentHelp(
      "Where an output goes; the name only where there are several.", valueName: "name=y.npy"))
  var outputs: [NamedTensor] = []

  @OptionGroup var compute: ThreadsOption

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !outputs.isEmpty else { throw ValidationError("--output says where an output goes") }
  }

  func run() throws {
    let inputs = [model.model] + input.map { .file($0.path) }
    for tensor in outputs { try ModelPath.checkOutput(tensor.path, of: inputs) }
    let graph = try model.read().graph
    let names = graph.outputs.map { graph[$0.value].name }
    let destinations = try outputs.paths("output", known: names)
    let tensors = try input.paths("input", known: graph.requiredInputs.map { graph[$0].name })
      .mapValues(NumPyFile.read)
    let results = try concerning(model.model.description) {
      let inputs = try NetworkInputs(tensors, for: graph)
      let session = try Session(graph, threads: compute.threads)
      let run = try session.inference(inputShapes: inputs.shapes(in: session.graph))
      return try run(exact: inputs.tensors(of: run.inputs, in: session.graph))
    }
    var rows: [RunReport.Output] = []
    for (name, tensor) in zip(names, results) {
      guard let path = destinations[name] else { continue }
      try NumPyFile.write(tensor, to: path)
      rows.append(RunReport.Output(name: name.description, shape: tensor.shape, path: path))
    }
    try output.console.show(RunReport(outputs: rows))
  }
}

struct RunReport: Report {
  struct Output: Encodable {
    let name: String
    let shape: [Int]
    let path: String
  }

  let outputs: [Output]

  func text(width: Int?) -> String {
    outputs.map { "\($0.name), \($0.shape.byTimes) → \($0.path)".printable }
      .joined(separator: "\n")
  }
}
