import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport
import Testing

/// What we write, loaded and run by onnxruntime.
@Suite(
  .enabled(
    if: PythonInterpreter.hasOnnxRuntime,
    "needs onnxruntime in python3, or in the interpreter that EXPANDC_PYTHON names"))
struct VerificationRuntimeTests {
  /// argv: an input, then pairs of a model and where its first output goes.
  private static let script = """
    import sys, numpy, onnxruntime
    x = numpy.load(sys.argv[1])
    for model, output in zip(sys.argv[2::2], sys.argv[3::2]):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"])
        numpy.save(output, session.run(None, {session.get_inputs()[0].name: x})[0])
    """

  /// 1e-5 of the largest output is what `FixtureOutputTests` allows two engines on one network; the
  /// rounding of factors adds less than their sums do.
  @Test(arguments: Fixture.names)
  func `expanded and contracted files compute what PyTorch computed`(name: String) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let outputs = try run(name, expanding: model, .some(.cl, fullyConnected: 3))
    let expected = try #require(NumPyFile.read(Fixture.output(name).path).floats)
    for output in outputs {
      let difference = Closeness.relativeDifference(output, expected)
      #expect(difference <= 1e-5, "\(name): \(difference) of the largest output")
    }
  }

  /// As above, where the expanded network's own output is the reference.
  @Test(arguments: ["smallnet5-train", "smallnet7-dynamo", "shuffle-train", "yolo-lite-tiny-train"])
  func `a contracted file computes what the expanded one with fresh weights does`(
    name: String
  ) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let outputs = try run(name, expanding: model, .some(.auto, fullyConnected: 3, .random))
    let difference = Closeness.relativeDifference(outputs[1], outputs[0])
    #expect(difference <= 1e-5, "\(name): \(difference) of the largest output")
  }

  /// What onnxruntime computes from the expanded and from the contracted file.
  private func run(
    _ name: String, expanding model: Model, _ options: ExpansionOptions
  ) throws -> [[Float]] {
    let folder = try TemporaryFolder()
    let (expanded, _) = try Expander(options).expand(model)
    let (contracted, _) = try Contractor().contract(expanded)
    try ONNXFile.write(expanded, to: folder.path("expanded.onnx"))
    try ONNXFile.write(contracted, to: folder.path("contracted.onnx"))
    let files = ["expanded", "contracted"]
    let result = try PythonInterpreter.run(
      Self.script,
      [Fixture.input(name).path]
        + files.flatMap { [folder.path("\($0).onnx"), folder.path("\($0).npy")] })
    try #require(result.status == 0, "\(name): \(result.errors)")
    return try files.map {
      try #require(NumPyFile.read(folder.path("\($0).npy")).floats)
    }
  }
}
