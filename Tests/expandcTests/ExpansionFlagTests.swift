import Foundation
import TestSupport
import Testing

@Suite struct ExpansionFlagTests {
  @Test func `the nonlinear counterpart is random, and is not contracted`() throws {
    let folder = try ScratchFolder()
    let model = Fixture.model("smallnet3-train").path
    func run(_ arguments: String...) throws -> CommandLineTool.Result {
      try CommandLineTool.run(arguments, in: folder.url)
    }
    let refused = try run("expand", model, "-o", "n.onnx", "--nonlinear", "--init", "preserve")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("--init random"))
    #expect(try folder.names.isEmpty)
    let expanded = try run("expand", model, "-o", "n.onnx", "--nonlinear", "-r", "2", "--json")
    #expect(expanded.status == 0, "\(expanded.errors)")
    #expect(try expanded.json()["maxAbsoluteError"] is NSNull)
    let contracted = try run("contract", "n.onnx")
    #expect(contracted.status == 69)
    #expect(contracted.errors.contains("ReLU"))
    #expect(try folder.names == ["n.onnx"])
  }
}
