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

  @Test func `a model without a record of its expansion is refused with 69`() throws {
    _ = try run("zoo", "smallnet", "-o", "s.onnx")
    let result = try run("contract", "s.onnx")
    #expect(result.status == 69)
    #expect(result.errors.contains("s.onnx"))
    #expect(try folder.names == ["s.onnx"])
  }

  @Test func `a Conv whose weight is not constant is skipped with its reason`() throws {
    let suite = "/usr/share/libonnx-testdata/data/node"
    let model = "\(suite)/test_basic_conv_with_padding/model.onnx"
    let result = try run("expand", model, "-o", "x.onnx", "--json")
    #expect(result.status == 0, "\(result.errors)")
    let skipped = try #require(try result.json()["skipped"] as? [[String: Any]])
    #expect(skipped.map { $0["reason"] as? String } == ["its weight 'W' is not constant"])
    // With nothing to do the bytes are the same.
    #expect(
      try Data(contentsOf: folder.url.appendingPathComponent("x.onnx"))
        == Data(contentsOf: URL(filePath: model)))
  }

  private func run(_ arguments: String...) throws -> CommandLineTool.Result {
    try CommandLineTool.run(arguments, in: folder.url)
  }
}
