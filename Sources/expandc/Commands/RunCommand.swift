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
      "A tensor of the input's type, one for each (- for standard input); the name only where "
        + "there are several.",
      valueName: "name=x.npy"))
  var input: [NamedTensor] = []

  @Option(
    name: [.customShort("o"), .customLong("output")], parsing: .singleValue,
    help: ArgumentHelp(
      "Where an output goes (- for standard output); the name only where there are several.",
      valueName: "name=y.npy"))
  var outputs: [NamedTensor] = []

  @OptionGroup var compute: ThreadsOption

  @OptionGroup var output: OutputOptions

  /// All that is read.
  private var inputs: [ModelPath] { [model.model] + input.map(\.path) }

  func validate() throws {
    guard !outputs.isEmpty else { throw ValidationError("--output says where an output goes") }
    guard !inputs.sharesStandardStream else {
      throw ValidationError("Only one of model and inputs can come from standard input")
    }
    guard !outputs.map(\.path).sharesStandardStream else {
      throw ValidationError("Only one output can go to standard output")
    }
  }

  func run() throws {
    for case .file(let path) in outputs.map(\.path) {
      try ModelPath.checkOutput(path, of: inputs)
    }
    let graph = try model.read().graph
    let names = graph.outputs.map { graph[$0.value].name }
    let destinations = try outputs.paths("output", known: names)
    let tensors = try input.paths("input", known: graph.requiredInputs.map { graph[$0].name })
      .mapValues { try $0.readTensor() }
    let results = try concerning(model.model.description) {
      let inputs = try NetworkInputs(tensors, for: graph)
      let session = try Session(graph, threads: compute.threads)
      let run = try session.inference(inputShapes: inputs.shapes(in: session.graph))
      return try run(exact: inputs.tensors(of: run.inputs, in: session.graph))
    }
    var rows: [RunReport.Output] = []
    for (name, tensor) in zip(names, results) {
      guard let path = destinations[name] else { continue }
      try path.write(tensor)
      rows.append(
        RunReport.Output(name: name.description, shape: tensor.shape, path: path.description))
    }
    var console = output.console
    console.reportsOnStandardError = destinations.values.contains(.standardStream)
    try console.show(RunReport(outputs: rows))
  }
}

struct RunReport: Report {
  struct Output: Encodable {
    let name: String
    let shape: [Int]
    let path: String

    fileprivate var place: String { path == "-" ? "standard output" : path }
  }

  let outputs: [Output]

  func text(width: Int?) -> String {
    outputs.map { "\($0.name), \($0.shape.byTimes) → \($0.place)".printable }
      .joined(separator: "\n")
  }
}
