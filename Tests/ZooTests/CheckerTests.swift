import Expansion
import NetworkIR
import ONNXFormat
import TestSupport
import Testing
import Zoo

/// ONNX's own rules, and those of its shape inference, on what the zoo and `expand` write.
@Suite(
  .enabled(
    if: PythonInterpreter.hasOnnx,
    "needs onnx in python3, or in the interpreter that EXPANDC_PYTHON names"))
struct CheckerTests {
  private static let script = """
    import sys, onnx
    for model in sys.argv[1:]:
        try:
            onnx.checker.check_model(model, full_check=True)
        except Exception as error:
            sys.exit(f"{model}: {error}")
    """

  @Test func `onnx accepts each network as the paper has it`() throws {
    let folder = try TemporaryFolder()
    try check(
      ZooRegistry.networks.map { network in
        try write(network.model(seed: 2), "\(type(of: network).name).onnx", folder)
      })
  }

  @Test func `onnx accepts other variants, compact and expanded`() throws {
    let folder = try TemporaryFolder()
    var files: [String] = []
    for network in ZooVariants.small {
      let name = type(of: network).name
      let model = try network.model(seed: 3)
      files.append(try write(model, "\(name).onnx", folder))
      for initialisation in ExpansionOptions.Initialisation.allCases {
        var options = ExpansionOptions()
        options.rate = 2
        options.initialisation = initialisation
        let (expanded, report) = try Expander(options).expand(model)
        try #require(report.unitCount > 0, "\(name)")
        files.append(try write(expanded, "\(name).\(initialisation).onnx", folder))
      }
    }
    try check(files)
  }

  private func write(_ model: Model, _ name: String, _ folder: TemporaryFolder) throws -> String {
    try ONNXFile.write(model, to: folder.path(name))
    return folder.path(name)
  }

  private func check(_ files: [String]) throws {
    let result = try PythonInterpreter.run(Self.script, files)
    #expect(result.status == 0, "\(result.errors)")
  }
}
