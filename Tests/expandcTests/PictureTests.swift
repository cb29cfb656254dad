import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct PictureTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func inspect(_ model: String) throws -> SVGReader {
    let result = try CommandLineTool.run(
      "inspect", model, "--svg", "p.svg", "-q", in: folder.url)
    try #require(result.status == 0, "\(result.errors)")
    #expect(result.output.isEmpty)
    return try SVGReader(path: folder.path("p.svg"))
  }

  /// What makes a picture readable, whatever it shows.
  private func checkLayout(_ picture: SVGReader, _ comment: Comment) {
    for (index, box) in picture.boxes.enumerated() {
      #expect(
        box.x >= 0 && box.y >= 0 && box.right <= picture.size.width
          && box.bottom <= picture.size.height, comment)
      #expect(!picture.boxes[..<index].contains { $0.overlaps(box) }, comment)
      #expect(!picture.lines.contains { box.isCrossed(by: $0) }, comment)
    }
    for line in picture.lines {
      #expect(zip(line, line.dropFirst()).allSatisfy { $0.x == $1.x || $0.y == $1.y }, comment)
      #expect(zip(line, line.dropFirst()).allSatisfy { $0.y <= $1.y }, comment)
    }
  }

  @Test(arguments: Fixture.names)
  func `every node is drawn once, no two overlap, and no line runs through one`(
    name: String
  ) throws {
    let picture = try inspect(Fixture.model(name).path)
    checkLayout(picture, "\(name)")
    let graph = try ONNXFile.read(Fixture.model(name).path).graph
    let hidden =
      picture.texts.compactMap { text in
        text.hasPrefix("Not drawn") ? Int(text.filter(\.isNumber)) : nil
      }.first ?? 0
    #expect(
      picture.boxes.count + hidden
        == graph.nodes.count + graph.requiredInputs.count + graph.outputs.count)
    #expect(Set(picture.boxes.map(\.note)).count == picture.boxes.count)
    let convolutions = graph.nodes.filter { $0.type.name == "Conv" }
    #expect(picture.boxes.count { $0.note.hasPrefix("Conv ") } == convolutions.count)
    #expect(picture.bands.isEmpty)
  }

  /// Sums of one to three earlier values each: branches, skips and values that nobody reads. Which
  /// value comes before which differs from graph to graph.
  private func randomModel(using generator: inout SeededGenerator) throws -> Model {
    var builder = GraphBuilder(name: "g", opset: 17)
    var values: [Name] = ["x0", "x1"]
    for input in values {
      builder.addInput(input, type: ValueType(.float, shape: [1, 4]))
    }
    let names = (0..<Int.random(in: 1..<30, using: &generator)).map { Name("y\($0)") }
      .shuffled(using: &generator)
    for index in names.indices {
      let read = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        values[max(0, values.count - 1 - Int.random(in: 0..<8, using: &generator))]
      }
      let name = names[index]
      builder.addNode(
        name: name, type: OperatorType("Sum"), attributes: [:], inputs: read,
        outputs: [name])
      values.append(name)
    }
    builder.addOutput(values[values.count - 1], type: ValueType(.float, shape: [1, 4]))
    return Model(irVersion: 8, opsets: ["": 17], graph: try builder.build())
  }

  @Test(arguments: UInt64(0)..<24)
  func `random graphs keep boxes and lines apart`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let model = try randomModel(using: &generator)
    try ONNXFile.write(model, to: folder.path("m.onnx"))
    let picture = try inspect("m.onnx")
    checkLayout(picture, "seed \(seed)")
    #expect(picture.boxes.count == model.graph.nodes.count + 3, "seed \(seed)")
  }

  /// The two order the values that they share in their own ways, so that not all can stand side by
  /// side.
  @Test(arguments: UInt64(100)..<112)
  func `random graphs of the same names can be compared`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var count = 0
    for file in ["a.onnx", "b.onnx"] {
      let model = try randomModel(using: &generator)
      try ONNXFile.write(model, to: folder.path(file))
      count += model.graph.nodes.count + 3
    }
    let result = try CommandLineTool.run(
      "diff", "a.onnx", "b.onnx", "--svg", "p.svg", "-q", in: folder.url)
    #expect(result.status == 1, "seed \(seed): \(result.errors)")
    let picture = try SVGReader(path: folder.path("p.svg"))
    checkLayout(picture, "seed \(seed)")
    #expect(picture.boxes.count == count, "seed \(seed)")
  }

  @Test func `units stand on a ground of their own`() throws {
    let compact = Fixture.model("smallnet7-train").path
    let expanded = try CommandLineTool.run(
      "expand", compact, "-r", "2", "--conv", "ck", "--init", "random", "-o", "e.onnx",
      in: folder.url)
    try #require(expanded.status == 0, "\(expanded.errors)")
    let picture = try inspect("e.onnx")
    checkLayout(picture, "smallnet7-train")
    #expect(picture.bands.count == 4)
    for band in picture.bands { #expect(picture.boxes.count { band.contains($0) } == 3) }
    // r·m = 6, then r·n = 16 channels.
    #expect(picture.texts.contains("CK 3→6→16→8"))
  }

  @Test func `a model and its expansion stand side by side on one screen`() throws {
    let compact = Fixture.model("smallnet7-train").path
    let expanded = try CommandLineTool.run(
      "expand", compact, "-r", "4", "--conv", "ck", "--init", "random", "-o", "e.onnx",
      in: folder.url)
    try #require(expanded.status == 0, "\(expanded.errors)")
    let result = try CommandLineTool.run(
      "diff", compact, "e.onnx", "--svg", "p.svg", in: folder.url)
    #expect(result.status == 1)
    let picture = try SVGReader(path: folder.path("p.svg"))
    checkLayout(picture, "smallnet7-train")
    #expect(picture.size.width <= 1280 && picture.size.height <= 800)
    // The factors and the node that they stand for.
    #expect(picture.bands.count == 4)
    for band in picture.bands { #expect(picture.boxes.count { band.contains($0) } == 4) }
    let sides = Dictionary(grouping: picture.boxes, by: \.note)
    let common = sides.values.filter { $0.count == 2 }
    // Input, output, three BatchNormalizations and poolings, four Relus, a Flatten and the logits.
    #expect(common.count == 14)
    for pair in common where !picture.bands.contains(where: { $0.contains(pair[0]) }) {
      #expect(pair[0].y == pair[1].y, "\(pair[0].note)")
    }
  }

  @Test func `signs mark what only one model has, and what differs`() throws {
    let first = Fixture.parity("compact-k3", "initial.onnx").path
    let last = Fixture.parity("compact-k3", "final.onnx").path
    _ = try CommandLineTool.run("diff", first, last, "--svg", "p.svg", in: folder.url)
    let trained = try SVGReader(path: folder.path("p.svg"))
    #expect(trained.boxes.contains { $0.style == "weighted changed" })
    #expect(trained.boxes.allSatisfy { !$0.style.hasPrefix("plain ") })
    let other = Fixture.model("unet-tiny-train").path
    _ = try CommandLineTool.run("diff", first, other, "--svg", "p.svg", in: folder.url)
    let picture = try SVGReader(path: folder.path("p.svg"))
    checkLayout(picture, "compact-k3, unet-tiny-train")
    #expect(picture.boxes.contains { $0.style.hasSuffix(" removed") && $0.texts.contains("−") })
    #expect(picture.boxes.contains { $0.style.hasSuffix(" added") && $0.texts.contains("+") })
  }
}
