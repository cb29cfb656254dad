import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct InspectTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  private func inspect(_ arguments: String...) throws -> CommandLineTool.Result {
    try CommandLineTool.run(["inspect"] + arguments, in: folder.url)
  }

  /// Writes m.onnx: 3→8 k3 that keeps the extents, then a convolution of `channels` inputs.
  private func writeModel(channels: Int = 8) throws {
    var builder = GraphBuilder(name: "two", opset: 17)
    builder.addInput(
      "x",
      type: ValueType(.float, [.symbolic("n"), .fixed(3), .symbolic("H"), .symbolic("W")]))
    for (name, shape) in [("v", [8, 3, 3, 3]), ("w", [4, channels, 5, 5])] {
      let ones = [Float](repeating: 1, count: shape.reduce(1, *))
      builder.addInitializer(Name(name), Initializer(Tensor(ones, shape: shape)))
    }
    builder.addNode(
      name: "first", type: OperatorType("Conv"), attributes: ["pads": .ints([1, 1, 1, 1])],
      inputs: ["x", "v"], outputs: ["u"])
    builder.addNode(
      name: "second", type: OperatorType("Conv"), attributes: ["strides": .ints([2, 2])],
      inputs: ["u", "w"], outputs: ["t"])
    builder.addNode(name: "last", .activation(.relu), inputs: ["t"], outputs: ["y"])
    builder.addOutput("y", type: ValueType(.float, nil))
    try ONNXFile.write(
      Model(irVersion: 8, opsets: ["": 17], graph: try builder.build()),
      to: folder.path("m.onnx"))
  }

  @Test(arguments: ["--training", "--inference"])
  func `a plan lists steps, counts reorders and bounds memory`(purpose: String) throws {
    _ = try CommandLineTool.run("zoo", "smallnet", "--kernel", "7", "-o", "s.onnx", in: folder.url)
    let json = try inspect("s.onnx", "--plan", purpose, "--batch-size", "4", "--json").json()
    let steps = try #require(json["steps"] as? [[String: Any]])
    #expect(json["mode"] as? String == String(purpose.dropFirst(2)))
    #expect(json["reorders"] as? Int == steps.count { $0["work"] as? String == "reorder" })
    #expect(steps.count { $0["work"] as? String == "convolution" } == 3)
    // Nothing trains the image.
    let gradients = purpose == "--training" ? 2 : 0
    #expect(steps.count { $0["work"] as? String == "convolutionBackwardData" } == gradients)
    let (arena, peak) = (json["arenaBytes"] as? Int ?? 0, json["peakBytes"] as? Int ?? 0)
    #expect(peak > 0 && arena >= peak)
    #expect(try inspect("s.onnx", "--batch-size", "4").status == 64)
  }

  @Test func `an expanded model shows its units and what training it takes`() throws {
    _ = try CommandLineTool.run("zoo", "smallnet", "--kernel", "7", "-o", "s.onnx", in: folder.url)
    _ = try CommandLineTool.run(
      "expand", "s.onnx", "--conv", "cl", "--stem", "keep", in: folder.url)
    let json = try inspect("s.expanded.onnx", "--json").json()
    let training = try #require(json["trainingMACs"] as? [String: Any])
    // Three times 4,448,896, without the gradient of the image: 1,204,224 at the stem.
    #expect(training["online"] as? Int == 3 * 4_448_896 - 1_204_224)
    // The weight-space cost of CL+FC at r = 4 in the table of complexity.
    #expect(training["compositionPerStep"] as? Int == 3 * 111_542_472)
    // As many again, and the first factor, 3→3 on 38×38, needs no gradient of the image.
    #expect(training["materialized"] as? Int == 3 * 58_911_044 - 9 * 38 * 38)
    let nodes = try #require(json["nodes"] as? [[String: Any]])
    let units = nodes.compactMap { $0["unit"] as? [String: Any] }
    #expect(units.count == 12)
    #expect(units[1]["node"] as? String == "/conv1/Conv")
    #expect(units[1]["factor"] as? Int == 2 && units[1]["factors"] as? Int == 3)
    #expect(units[11]["strategy"] as? String == "FC")

    let table = try inspect("s.expanded.onnx").output
    #expect(table.contains("factor 1 of 3 of '/conv1/Conv' (CL)"))
    #expect(!table.contains("→") && !table.contains("skipped: kernel"))
    #expect(table.contains("12,142,464 online"))
    #expect(try !inspect("s.onnx").output.contains("online"))
  }

  @Test func `nonlinear units are counted as the nodes that they are`() throws {
    _ = try CommandLineTool.run("zoo", "smallnet", "--kernel", "3", "-o", "s.onnx", in: folder.url)
    _ = try CommandLineTool.run("expand", "s.onnx", "--nonlinear", in: folder.url)
    let json = try inspect("s.expanded.onnx", "--json").json()
    let training = try #require(json["trainingMACs"] as? [String: Any])
    let materialized = try #require(training["materialized"] as? Int)
    #expect(materialized > 0 && training["online"] as? Int == materialized)
    #expect(training["compositionPerStep"] as? Int == 0)
    let table = try inspect("s.expanded.onnx").output
    #expect(table.contains("factor 2 of 3 of '/conv1/Conv' (CL, nonlinear)"))
    #expect(!table.contains("materialized"))
  }

  @Test func `extents that only a run knows make formulas`() throws {
    try writeModel()
    let table = try inspect("m.onnx").output
    #expect(table.contains("216·H·W") && table.contains("800·t[2]·t[3]"))
    let json = try inspect("m.onnx", "--json").json()
    let macs = try #require(json["macs"] as? [String: Any])
    #expect(macs["weights"] is NSNull && macs["paper"] is NSNull)
    #expect(macs["symbolic"] as? String == "216·H·W + 800·t[2]·t[3]")
  }

  @Test func `a file whose shapes contradict is shown as far as they go, with one warning`() throws
  {
    try writeModel(channels: 7)
    let result = try inspect("m.onnx")
    #expect(result.status == 0)
    #expect(result.errors.hasPrefix("expandc: warning: ") && result.errors.contains("'second'"))
    #expect(result.errors.split(separator: "\n").count == 1)
    let rows = result.output.split(separator: "\n")
    #expect(rows.contains { $0.hasPrefix("first") && $0.contains("n×8×H×W") })
    #expect(rows.contains { $0.hasPrefix("last") && $0.hasSuffix("?") })
    let expanded = try CommandLineTool.run("expand", "m.onnx", in: folder.url)
    #expect(expanded.status == 65)
    #expect(try folder.names == ["m.onnx"])
  }

  @Test func `a table of 80 columns keeps every number and reason whole`() throws {
    let model = Fixture.model("smallnet7-train").path
    let narrow = try PseudoTerminal(columns: 80).output(of: ["inspect", model, "--conv", "cl"])
    let rows = narrow.split(whereSeparator: \.isNewline).dropFirst()
    #expect(rows.allSatisfy { $0.count <= 80 }, "\(narrow)")
    for part in [
      "1,204,224", "66,186", "4,448,896", "  FC 512→2048→256→64", "  skipped: it makes the logits",
      "  CL 16→64→128→32",
    ] {
      #expect(narrow.contains(part), "\(narrow)")
    }
  }
}
