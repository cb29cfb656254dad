import Foundation
import TestSupport
import Testing

@Suite struct ContractionCommandTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  @Test(arguments: ["smallnet7-train", "depthwise-train", "smallnet7-dynamo-external"])
  func `an exported model that was expanded and contracted differs in weights only`(
    name: String
  ) throws {
    for file in try FileManager.default.contentsOfDirectory(
      at: Fixture.folder.appendingPathComponent("models"), includingPropertiesForKeys: nil)
    where file.lastPathComponent.hasPrefix("\(name).onnx") {
      try FileManager.default.copyItem(
        at: file, to: folder.url.appendingPathComponent(file.lastPathComponent))
    }
    let expanded = try run("expand", "\(name).onnx", "--json")
    #expect(expanded.status == 0, "\(expanded.errors)")
    // The factors make the kernel up to its rounding, and `verify` derives what that explains.
    #expect(try #require(try expanded.json()["maxAbsoluteError"] as? Double) > 0)
    let verified = try run("verify", "\(name).onnx", "\(name).expanded.onnx", "--json")
    #expect(verified.status == 0, "\(verified.errors)")
    let tolerance = try #require(try verified.json()["tolerance"] as? Double)
    #expect(try #require(try verified.json()["maxAbsoluteError"] as? Double) <= tolerance)

    let contracted = try run("contract", "\(name).expanded.onnx", "--json")
    #expect(contracted.status == 0, "\(contracted.errors)")
    let report = try contracted.json()
    #expect(try report["parametersAfter"] as? Int == expanded.json()["parametersBefore"] as? Int)
    #expect(try report["parametersBefore"] as? Int == expanded.json()["parametersAfter"] as? Int)
    #expect((report["units"] as? [Any])?.isEmpty == false)

    let diff = try run("diff", "\(name).onnx", "\(name).expanded.contracted.onnx", "--json")
    #expect(diff.status == 1)
    #expect((try diff.json()["structure"] as? [Any])?.isEmpty == true, "\(diff.output)")
    #expect((try diff.json()["metadata"] as? [Any])?.isEmpty == true, "\(diff.output)")
  }

  @Test func `random factors contract into a network that computes the same`() throws {
    _ = try run("zoo", "smallnet", "--kernel", "5", "-o", "s.onnx")
    _ = try run("expand", "s.onnx", "--init", "random", "-r", "2", "-o", "e.onnx")
    let contracted = try run("contract", "e.onnx", "-o", "c.onnx", "--json")
    #expect(contracted.status == 0, "\(contracted.errors)")
    #expect(try contracted.json()["parametersAfter"] as? Int == 50_250)
    #expect(try run("diff", "s.onnx", "c.onnx", "--stat").status == 1)
  }

  @Test func `a model with nothing to contract is written as it is, and that is said`() throws {
    _ = try run("zoo", "smallnet", "-o", "s.onnx")
    let result = try run("contract", "s.onnx")
    #expect(result.status == 0)
    #expect(result.output.contains("Nothing to contract"))
    let (given, written) = try (bytes("s.onnx"), bytes("s.contracted.onnx"))
    #expect(given == written)
    let again = try run("contract", "s.onnx", "--json")
    #expect((try again.json()["units"] as? [Any])?.isEmpty == true)
    #expect(try again.json()["verified"] as? String == "none")
  }

  @Test func `a network that PyTorch expanded is contracted by structure`() throws {
    let model = Fixture.model("expanded-ck-r2-fc-r1-train").path
    let result = try run("contract", model, "-o", "c.onnx")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("CK 3→6→16→8"))
    #expect(result.output.contains("Contracted by structure"))
    let json = try run("contract", model, "-o", "c.onnx", "--absorb-batchnorm", "--json").json()
    #expect(json["method"] as? String == "structure")
    #expect(json["verified"] as? String == "network")
    #expect(json["parametersBefore"] as? Int == 354_650)
    // Scale and shift of 8 + 16 + 32 channels went, and no bias came.
    #expect(json["parametersAfter"] as? Int == 66_186 - 2 * 56)
    #expect((json["units"] as? [Any])?.count == 4)
    #expect(try run("verify", model, "c.onnx").status == 0)
  }

  @Test func `a contraction like the compact model differs from it in weights only`() throws {
    let compact = Fixture.model("smallnet7-train").path
    let expanded = Fixture.model("expanded-cl-r2-train").path
    let result = try run("contract", expanded, "--like", compact, "-o", "c.onnx", "--json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.json()["method"] as? String == "like")
    let diff = try run("diff", compact, "c.onnx", "--json").json()
    #expect((diff["structure"] as? [Any])?.isEmpty == true)
    #expect((diff["metadata"] as? [Any])?.isEmpty == true)
    #expect((diff["weights"] as? [Any])?.isEmpty == false)
    #expect(try run("verify", expanded, "c.onnx").status == 0)
  }

  @Test func `another architecture is refused with 1, and its first difference named`() throws {
    let result = try run(
      "contract", Fixture.model("expanded-cl-r2-train").path, "--like",
      Fixture.model("smallnet5-train").path, "-o", "c.onnx")
    #expect(result.status == 1)
    #expect(result.errors.contains("'/0/Conv' (0)") && result.errors.contains("5×5 3→8"))
    #expect(try folder.names.isEmpty)
  }

  @Test func `the scope of the check can be chosen`() throws {
    _ = try run("zoo", "smallnet", "--kernel", "5", "-o", "s.onnx")
    for (scope, verified) in [("units", "units"), ("network", "network"), ("none", "none")] {
      let expanded = try run("expand", "s.onnx", "-o", "e.onnx", "--verify", scope, "--json")
      #expect(try expanded.json()["verified"] as? String == verified)
      let contracted = try run("contract", "e.onnx", "-o", "c.onnx", "--verify", scope, "--json")
      #expect(try contracted.json()["verified"] as? String == verified)
      #expect((try contracted.json()["maxAbsoluteError"] is NSNull) == (scope == "none"))
    }
    #expect(try run("contract", "e.onnx", "--verify", "some").status == 64)
  }

  @Test func `what stays is told with its reason`() throws {
    let model = Fixture.model("depthwise-train").path
    let json = try run("contract", model, "-o", "c.onnx", "--json").json()
    #expect((json["units"] as? [Any])?.isEmpty == true)
    let skipped = try #require(json["skipped"] as? [[String: String]])
    #expect(skipped.allSatisfy { $0["node"] != nil && $0["reason"]?.isEmpty == false })
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: folder.url.appendingPathComponent(name))
  }

  @Test func `a Conv whose weight is not constant is skipped with its reason`() throws {
    let suite = "/usr/share/libonnx-testdata/data/node"
    let model = "\(suite)/test_basic_conv_with_padding/model.onnx"
    let result = try run("expand", model, "-o", "x.onnx", "--json")
    #expect(result.status == 0, "\(result.errors)")
    let skipped = try #require(try result.json()["skipped"] as? [[String: Any]])
    #expect(
      skipped.map { $0["reason"] as? String } == [
        "its weight 'W' comes from the graph input 'W', which differs from run to run: store it as an "
          + "initializer"
      ])
    // With nothing to do the bytes are the same.
    #expect(
      try Data(contentsOf: folder.url.appendingPathComponent("x.onnx"))
        == Data(contentsOf: URL(filePath: model)))
  }

  private func run(_ arguments: String...) throws -> CommandLineTool.Result {
    try CommandLineTool.run(arguments, in: folder.url)
  }
}
