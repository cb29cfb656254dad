import Execution
import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport
import Testing

@Suite struct `Networks that PyTorch expanded, contracted` {
  /// The bound that the fixtures themselves are held to, see `FixtureOutputTests`.
  @Test(
    arguments: ["expanded-cl-r2-train", "expanded-ck-r2-fc-r1-train", "expanded-ck-r2-dynamo"],
    [false, true])
  func `compute what PyTorch computed before`(name: String, absorbs: Bool) throws {
    let expanded = try ONNXFile.read(Fixture.model(name).path)
    var options = ContractionOptions()
    options.absorbsBatchNormalization = absorbs
    let (contracted, report) = try Contractor(options).contract(expanded)
    #expect(report.units.count >= 3)
    let input = try NumPyFile.read(Fixture.input(name).path)
    let stored = try NumPyFile.read(Fixture.output(name).path)
    let expected = try #require(stored.floats)
    let session = try Session(contracted.graph, threads: 1)
    let run = try session.inference(
      inputShapes: [contracted.graph.requiredInputs[0]: input.shape])
    let elements = try #require(input.floats)
    let outputs = try run([elements])
    let output = try #require(outputs.first?.floats)
    #expect(Closeness.relativeDifference(output, expected) <= 1e-5)
  }
}
