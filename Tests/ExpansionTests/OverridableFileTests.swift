import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct OverridableFileTests {
  @Test(arguments: [3, 8])
  func `a file whose weights are all inputs comes back with them`(irVersion: Int) throws {
    var sketch = ModelSketch(opset: 8, input: [1, 4, 9, 9])
    let shapes: [(Name, [Int])] = [("w", [6, 4, 3, 3]), ("b", [6]), ("v", [20, 6, 1, 1])]
    for (name, shape) in shapes {
      sketch.builder.addInput(name, type: ValueType(.float, shape: shape))
      sketch.constant(name, shape)
    }
    sketch.node("node", "Conv", ["x", "w", "b"], ["p"])
    sketch.node("point", "Conv", ["p", "v"], ["y"])
    let folder = try TemporaryFolder()
    func throughFile(_ model: Model, _ name: String) throws -> Model {
      let path = folder.url.appendingPathComponent(name).path
      try ONNXFile.write(model, to: path)
      return try ONNXFile.read(path)
    }
    func inputs(_ model: Model) -> [Name] {
      model.graph.inputs.map { model.graph[$0.value].name }
    }
    let model = try throughFile(try sketch.model(irVersion: irVersion), "compact.onnx")
    let (made, report) = try Expander(
      options { $0.assumesConstantInputs = true }
    ).expand(model)
    #expect(report.unitCount == 1)
    let expanded = try throughFile(made, "expanded.onnx")
    // Before IR version 4 an initializer has to be an input.
    #expect(inputs(expanded).contains("w.expand.0") == (irVersion == 3))
    #expect(!inputs(expanded).contains("w"))
    let contracted = try throughFile(Contractor().contract(expanded).0, "contracted.onnx")
    #expect(inputs(contracted) == inputs(model))
    #expect(Structure(contracted) == Structure(model))
    #expect(contracted.largestRoundings(from: model) <= 12)

    // Without its provenance, by structure and by likeness: on request too.
    var bare = expanded
    bare.metadata = [:]
    if irVersion == 3 { #expect(try Contractor().contract(bare).1.units.isEmpty) }
    var options = ContractionOptions()
    options.assumesConstantInputs = true
    let (rebuilt, found) = try Contractor(options).contract(bare)
    #expect(found.units.map(\.check?.passed) == [true])
    let free = try throughFile(rebuilt, "structure.onnx")
    #expect(free.graph.nodes.count == 2)
    #expect(Set(inputs(free)) == (irVersion == 3 ? ["x", "w", "b", "v"] : ["x", "v"]))
    #expect(free.largestRoundings(from: model) <= 12)
    let (like, _) = try Contractor(options).contract(bare, like: model)
    #expect(inputs(like) == inputs(model) && Structure(like) == Structure(model))
    #expect(like.largestRoundings(from: model) <= 12)
  }
  @Test func `several units put their inputs back where each was`() throws {
    var sketch = ModelSketch(opset: 8, input: [1, 4, 9, 9])
    let shapes: [(Name, [Int])] = [
      ("w", [6, 4, 3, 3]), ("b", [6]), ("v", [5, 6, 3, 3]), ("u", [7, 5, 3, 3]), ("c", [7]),
    ]
    for (name, shape) in shapes {
      sketch.builder.addInput(name, type: ValueType(.float, shape: shape))
      sketch.constant(name, shape)
    }
    sketch.node("one", "Conv", ["x", "w", "b"], ["p"])
    sketch.node("two", "Conv", ["p", "v"], ["q"])
    sketch.node("three", "Conv", ["q", "u", "c"], ["y"])
    let model = try sketch.model(irVersion: 8)
    func inputs(_ model: Model) -> [Name] {
      model.graph.inputs.map { model.graph[$0.value].name }
    }
    let all = try Expander(options { $0.assumesConstantInputs = true }).expand(model)
    #expect(all.1.unitCount == 3)
    #expect(try inputs(Contractor().contract(all.0).0) == inputs(model))
    // What a second run expands found other inputs than what the first one did.
    for first in ["one", "two", "three"] {
      let once = try Expander(
        options {
          $0.assumesConstantInputs = true
          $0.include = [first]
        }
      ).expand(model)
      let (expanded, report) = try Expander(
        options {
          $0.assumesConstantInputs = true
          $0.exclude = ["*expand*"]
        }
      ).expand(once.0)
      #expect(once.1.unitCount == 1 && report.unitCount == 2)
      #expect(try inputs(Contractor().contract(expanded).0) == inputs(model), "\(first)")
    }
  }
}
