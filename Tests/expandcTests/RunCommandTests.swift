import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct RunCommandTests {
  let folder: ScratchFolder
  let model = Fixture.model("smallnet7-train").path
  let input = Fixture.input("smallnet7-train").path

  init() throws {
    folder = try ScratchFolder()
  }

  /// The tolerance is that of `FixtureOutputTests`.
  @Test(arguments: [("", ""), ("input=", "logits=")])
  func `a network computes what PyTorch computed, names given or not`(
    inputName: String, outputName: String
  ) throws {
    let result = try CommandLineTool.run(
      "run", model, "--input", inputName + input, "--output", outputName + "y.npy", "--json",
      in: folder.url)
    try #require(result.status == 0, "\(result.errors)")
    let expected = try NumPyFile.read(Fixture.output("smallnet7-train").path)
    let computed = try NumPyFile.read(folder.path("y.npy"))
    #expect(computed.shape == expected.shape)
    let difference = Closeness.relativeDifference(computed.floats ?? [], expected.floats ?? [])
    #expect(difference <= 1e-5)
    let reported = (try result.json()["outputs"] as? [[String: Any]])?.first
    #expect(reported?["shape"] as? [Int] == expected.shape)
  }

  @Test func `what can't be run ends with its status, names what is known and writes nothing`()
    throws
  {
    let wrongShape = Fixture.output("smallnet7-train").path
    let wrongType = Fixture.array("f8-big").path
    let cases: [(arguments: [String], status: Int32, says: [String])] = [
      (["--input", "image=\(input)", "-o", "y.npy"], 64, ["'image'", "'input'"]),
      (["--input", input, "-o", "scores=y.npy"], 64, ["'scores'", "'logits'"]),
      (["-o", "y.npy"], 64, ["--input input="]),
      (["--input", input], 64, ["--output"]),
      (["--input", wrongShape, "-o", "y.npy"], 65, ["batch×3×32×32", "2×10"]),
      (["--input", wrongType, "-o", "y.npy"], 65, ["float", "double"]),
      (["--input", model, "-o", "y.npy"], 65, ["no NumPy array"]),
      (["--input", "nowhere.npy", "-o", "y.npy"], 66, ["nowhere.npy"]),
      (["--input", input, "-o", "missing/y.npy"], 73, ["missing/y.npy"]),
    ]
    for (arguments, status, says) in cases {
      let result = try CommandLineTool.run(["run", model] + arguments, in: folder.url)
      #expect(result.status == status, "\(arguments): \(result.errors)")
      #expect(says.allSatisfy(result.errors.contains), "\(arguments): \(result.errors)")
      #expect(try folder.names.isEmpty)
    }
  }

  @Test func `a tensor comes from standard input and goes to standard output`() throws {
    let plain = try CommandLineTool.run(
      "run", model, "--input", input, "-o", "y.npy", in: folder.url)
    try #require(plain.status == 0, "\(plain.errors)")
    let expected = try Data(contentsOf: URL(filePath: folder.path("y.npy")))
    try FileManager.default.removeItem(atPath: folder.path("y.npy"))
    let tensor = try Data(contentsOf: URL(filePath: input))
    for (inputName, outputName) in [("", ""), ("input=", "logits=")] {
      let result = try CommandLineTool.run(
        "run", model, "--input", inputName + "-", "-o", outputName + "-", input: tensor,
        in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.bytes == expected)
      #expect(result.errors == "logits, 2×10 → standard output\n")
    }
    let verified = try CommandLineTool.run(
      "verify", model, model, "--input", "-", input: tensor, in: folder.url)
    #expect(verified.status == 0, "\(verified.errors)")
    #expect(try folder.names.isEmpty)
  }

  @Test(
    arguments: [
      ["run", "-", "--input", "-", "-o", "y.npy"],
      ["run", "m.onnx", "--input", "a=-", "--input", "b=-", "-o", "y.npy"],
      ["run", "m.onnx", "--input", "x.npy", "-o", "a=-", "-o", "b=-"],
      ["verify", "-", "m.onnx", "--input", "-"], ["verify", "-", "-"],
      ["verify", "m.onnx", "m.onnx", "--input", "a=-", "--input", "b=-"],
    ])
  func `a standard stream is read or written once`(arguments: [String]) throws {
    let result = try CommandLineTool.run(arguments, in: folder.url)
    #expect(result.status == 64, "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(result.errors.contains("nly one") && result.output.isEmpty)
    #expect(try folder.names.isEmpty)
  }

  @Test func `what comes from standard input and is no array is named so`() throws {
    let result = try CommandLineTool.run(
      "run", model, "--input", "-", "-o", "y.npy", input: Data("text".utf8), in: folder.url)
    #expect(result.status == 65 && result.errors.contains("standard input"), "\(result.errors)")
    #expect(try folder.names.isEmpty)
  }

  @Test func `integers wrap around, and dividing them by zero is refused with what helps`() throws {
    let tensors = ["x": [Int64.min, 7], "ones": [-1, 1], "zero": [1, 0]] as [String: [Int64]]
    for (name, elements) in tensors {
      try NumPyFile.write(Tensor(elements, shape: [2]), to: folder.path(name + ".npy"))
    }
    var builder = GraphBuilder(name: "quotient", opset: 13)
    for name in ["a", "b"] as [Name] { builder.addInput(name, type: ValueType(.int64, shape: [2])) }
    builder.addNode(name: "quotient", .binary(Binary(.divide)), inputs: ["a", "b"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    try ONNXFile.write(
      Model(irVersion: 8, opsets: ["": 13], graph: builder.build()), to: folder.path("d.onnx"))
    func divide(by divisor: String) throws -> CommandLineTool.Result {
      try CommandLineTool.run(
        "run", "d.onnx", "--input", "a=x.npy", "--input", "b=\(divisor).npy", "-o", "y.npy",
        in: folder.url)
    }
    let refused = try divide(by: "zero")
    #expect(refused.status == 65, "\(refused.errors)")
    let parts = ["divides by zero", "node 'quotient' (0)", "give the network other inputs"]
    #expect(parts.allSatisfy(refused.errors.contains), "\(refused.errors)")
    #expect(refused.errors.split(separator: "\n").count == 1)
    #expect(try divide(by: "ones").status == 0)
    #expect(try NumPyFile.read(folder.path("y.npy")) == Tensor([.min, 7] as [Int64], shape: [2]))
  }

  @Test func `an output may overwrite neither the input nor the model`() throws {
    let copies = ["x.npy": URL(filePath: input), "s.onnx": URL(filePath: model)]
    for (name, source) in copies {
      try FileManager.default.copyItem(at: source, to: folder.url.appendingPathComponent(name))
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.npy"), withDestinationPath: "x.npy")
    for output in ["x.npy", "./x.npy", "link.npy", "logits=x.npy", "s.onnx"] {
      let result = try CommandLineTool.run(
        "run", "s.onnx", "--input", "x.npy", "-o", output, in: folder.url)
      #expect(result.status == 64, "\(output): \(result.errors)")
      #expect(result.errors.contains("would overwrite the input"), "\(output): \(result.errors)")
    }
    for (name, source) in copies {
      let copy = URL(filePath: folder.path(name))
      #expect(try Data(contentsOf: copy) == Data(contentsOf: source))
    }
  }

  @Test(.enabled(if: BackendCase.isInstalled))
  func `an operator that it can't run ends with 69 and its name`() throws {
    let acos = BackendCase.folder.appendingPathComponent("node/test_acos/model.onnx")
    let input = folder.path("x.npy")
    let elements = [Float](repeating: 0.5, count: 60)
    try NumPyFile.write(Tensor(elements, shape: [3, 4, 5]), to: input)
    let result = try CommandLineTool.run(
      "run", acos.path, "--input", input, "-o", "y.npy", in: folder.url)
    #expect(result.status == 69)
    #expect(result.errors.contains("Acos"))
    #expect(try folder.names == ["x.npy"])
  }
}
