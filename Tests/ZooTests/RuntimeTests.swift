import Execution
import Expansion
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing
import Zoo

/// Two engines on each network: ours and onnxruntime.
@Suite(
  .enabled(
    if: PythonInterpreter.hasOnnxRuntime,
    "needs onnxruntime in python3, or in the interpreter that EXPANDC_PYTHON names"))
struct RuntimeTests {
  /// argv: triples of a model, its input and where its output goes.
  private static let script = """
    import sys, numpy, onnxruntime
    for model, x, output in zip(sys.argv[1::3], sys.argv[2::3], sys.argv[3::3]):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"])
        numpy.save(output, session.run(None, {"input": numpy.load(x)})[0])
    """

  /// 1e-5 of the largest output, as for the exported fixtures: some hundred roundings of Float.
  @Test(arguments: [false, true])
  func `onnxruntime computes what we compute from each network`(isExpanded: Bool) throws {
    let folder = try TemporaryFolder()
    var arguments: [String] = []
    var outputs: [(name: String, ours: [Float])] = []
    for (index, network) in ZooVariants.small.enumerated() {
      let name = type(of: network).name
      var model = try network.model(seed: UInt64(index))
      try model.graph.apply(amplification(model.graph))
      if isExpanded {
        var options = ExpansionOptions()
        options.rate = 2
        (model, _) = try Expander(options).expand(model)
      }
      let images = input(network.inputShape, seed: UInt64(index))
      try ONNXFile.write(model, to: folder.path("\(name).onnx"))
      try NumPyFile.write(images, to: folder.path("\(name).input.npy"))
      arguments += ["onnx", "input.npy", "output.npy"].map { folder.path("\(name).\($0)") }
      outputs.append((name, try run(model.graph, images)))
    }
    let result = try PythonInterpreter.run(Self.script, arguments)
    try #require(result.status == 0, "\(result.errors)")
    for (name, ours) in outputs {
      let theirs = try #require(NumPyFile.read(folder.path("\(name).output.npy")).floats)
      let difference = Closeness.relativeDifference(ours, theirs)
      #expect(difference <= 1e-5, "\(name): \(difference) of the largest output")
      // The output must depend on the image, or it would tell nothing of what lies between.
      let halves = (Array(theirs.prefix(theirs.count / 2)), Array(theirs.suffix(theirs.count / 2)))
      #expect(Closeness.relativeDifference(halves.0, halves.1) > 1e-2, "\(name)")
    }
  }

  /// Running variances of 1/6: a fresh convolution divides the second moment of its input by 3, a
  /// rectifier by 2, and without that an image would fade away within the depth of these networks.
  private func amplification(_ graph: Graph) -> GraphPatch {
    var patch = GraphPatch()
    for (value, initializer) in graph.initializers
    where graph[value].name.description.hasSuffix("running_var") {
      let elements = [Float](repeating: 1 / 6, count: initializer.tensor.elementCount)
      patch.replaceInitializer(value, with: Tensor(elements, shape: initializer.tensor.shape))
    }
    return patch
  }

  /// Two images of large values, beside which the biases are small.
  private func input(_ shape: [Int], seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let elements = (0..<2 * shape.reduce(1, *)).map { _ in Float(10 * generator.normal()) }
    return Tensor(elements, shape: [2] + shape)
  }

  private func run(_ graph: Graph, _ images: Tensor) throws -> [Float] {
    let session = try Session(graph, threads: 1)
    let run = try session.inference(inputShapes: [graph.requiredInputs[0]: images.shape])
    let elements = try #require(images.floats)
    return try #require(try run([elements]).first?.floats)
  }
}
