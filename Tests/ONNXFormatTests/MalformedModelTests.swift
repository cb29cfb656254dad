import Foundation
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport
import Testing

@Suite struct MalformedModelTests {
  private func error(_ bytes: [UInt8]) -> ONNXError? {
    do {
      _ = try Wire.read(bytes)
      return nil
    } catch { return error }
  }

  @Test func `a model without a graph is refused`() {
    #expect(error(Wire.field(1, integer: 8)) == .missingGraph(file: "x.onnx"))
  }

  @Test(arguments: [0, 2, 15, -1]) func `IR versions out of range are refused`(version: Int) {
    #expect(
      error(Wire.model([], irVersion: version))
        == .unsupportedIRVersion(file: "x.onnx", version: version, supported: 3...14))
  }

  @Test(arguments: [0, 999, -1]) func `opsets out of range are refused`(version: Int) {
    let opset = Wire.field(8, Wire.field(2, integer: version))
    #expect(
      error(Wire.field(1, integer: 8) + Wire.field(7, []) + opset)
        == .unsupportedOpset(file: "x.onnx", version: version, supported: 1...28))
  }

  @Test func `a node whose opset is not imported is refused`() {
    let graph = Wire.field(11, Wire.field(1, "x")) + Wire.node("Relu", ["x"], ["y"])
    #expect(
      error(Wire.field(1, integer: 8) + Wire.field(7, graph))
        == .missingOpset(file: "x.onnx", node: "n_Relu", index: 0))
  }

  @Test func `an attribute that stands twice is refused`() {
    let attribute = Wire.field(5, Wire.field(1, "a") + Wire.field(20, integer: 2))
    let node = Wire.field(2, "y") + Wire.field(4, "Odd") + attribute + attribute
    #expect(
      error(Wire.model(Wire.field(1, node)))
        == .node(file: "x.onnx", name: "", index: 0, problem: .duplicateAttribute("a")))
  }

  @Test func `names that are defined twice, never or too late are refused`() {
    let x = Wire.field(11, Wire.field(1, "x"))
    let early = Wire.node("Relu", ["a"], ["b"]) + Wire.node("Relu", ["x"], ["a"]) + x
    #expect(
      error(Wire.model(early))
        == .invalidGraph(file: "x.onnx", .usedBeforeDefinition(value: "a", usedBy: "n_Relu")))
    #expect(
      error(Wire.model(Wire.node("Relu", ["q"], ["a"])))
        == .invalidGraph(file: "x.onnx", .undefined(value: "q", usedBy: "n_Relu")))
    let tensor = Wire.field(5, Wire.tensor("w", .float, [0]))
    #expect(
      error(Wire.model(tensor + tensor)) == .invalidGraph(file: "x.onnx", .defined(twice: "w")))
  }

  @Test func `values that subgraphs use are captured`() throws {
    let inner =
      Wire.node("Add", ["outer", "local"], ["sum"])
      + Wire.field(5, Wire.tensor("local", .float, [0]))
      + Wire.field(12, Wire.field(1, "sum"))
    let attribute = Wire.field(
      5, Wire.field(1, "body") + Wire.field(6, inner) + Wire.field(20, integer: 5))
    let node = Wire.field(2, "y") + Wire.field(4, "Odd") + attribute
    let bytes = Wire.model(Wire.field(1, node) + Wire.field(11, Wire.field(1, "outer")))
    let graph = try Wire.read(bytes).graph
    #expect(graph.nodes.first?.captures.map { graph[$0].name } == ["outer"])
  }

  /// Cutting and flipping reach every part of the reader; what still reads must still write.
  private func survives(_ bytes: [UInt8]) -> Bool {
    do {
      return try ONNXFile.serialize(Wire.read(bytes)) == bytes
    } catch { return true }
  }

  @Test func `a model cut at any byte is an error or a shorter model`() throws {
    let whole = try ModelFiles.bytes(Fixture.model("shuffle-train").path)
    #expect((0..<whole.count).filter { !survives(Array(whole.prefix($0))) } == [])
  }

  @Test func `a model with any byte flipped is an error or another model`() throws {
    let whole = try ModelFiles.bytes(Fixture.model("shuffle-train").path)
    let failed = whole.indices.filter { index in
      var bytes = whole
      bytes[index] ^= index.isMultiple(of: 2) ? 0xff : 0x81
      return !survives(bytes)
    }
    #expect(failed == [])
  }
}
