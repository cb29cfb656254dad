import Foundation
import NetworkIR
import ONNXFormat
import TestSupport
import Testing

/// Models whose shapes do not fit: one line says what, in which file and node, and what to do.
@Suite struct ShapeErrorTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  /// Two convolutions, the second of a weight that takes `channels`; the first makes 8.
  private func write(_ name: String, channels: Int, size: Int = 8) throws {
    var sketch = ModelSketch(input: [1, 3, size, size])
    sketch.constant("w1", [8, 3, 3, 3])
    sketch.constant("w2", [4, channels, 3, 3])
    sketch.node("c1", "Conv", ["x", "w1"], ["a"])
    sketch.node("c2", "Conv", ["a", "w2"], ["y"])
    try ONNXFile.write(sketch.model(), to: folder.path(name))
  }

  private func refusal(_ arguments: String...) throws -> String {
    let result = try CommandLineTool.run(arguments, in: folder.url)
    #expect(result.status == 65, "\(arguments): \(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    return result.errors
  }

  @Test func `a node that cannot take its input is named with its file and the tensor`() throws {
    try write("bad.onnx", channels: 7)
    try write("good.onnx", channels: 8)
    for arguments in [
      ["expand", "bad.onnx"], ["expand", "bad.onnx", "--dry-run"], ["contract", "bad.onnx"],
      ["verify", "bad.onnx", "good.onnx"], ["verify", "good.onnx", "bad.onnx"],
    ] {
      let result = try CommandLineTool.run(arguments, in: folder.url)
      #expect(result.status == 65, "\(arguments): \(result.errors)")
      #expect(
        result.errors == """
          expandc: error: Conv cannot take its inputs: axis 1 of input 0, 'a', has extent 8, not 7, \
          bad.onnx, node 'c2' (1); see all shapes with expandc inspect, and correct the node or \
          what it reads

          """)
      #expect(try folder.names == ["bad.onnx", "good.onnx"])
    }
  }

  @Test func `networks that cannot be compared are both named`() throws {
    try write("small.onnx", channels: 8)
    try write("large.onnx", channels: 8, size: 9)
    let line = try refusal("verify", "small.onnx", "large.onnx")
    #expect(line.contains("3×8×8") && line.contains("3×9×9"))
    #expect(line.contains("small.onnx and large.onnx; "))
  }
}
