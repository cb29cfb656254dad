import Execution
import Foundation
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport
import Testing

@Suite struct FixtureOutputTests {
  /// 1e-5 of the largest output is some hundred roundings of Float: what sums of up to 2,300 terms
  /// in another order come to, and nothing that a wrong border or layout could hide in.
  @Test(arguments: Fixture.names)
  func `every fixture computes what PyTorch computed`(name: String) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let input = try NumPyFile.read(Fixture.input(name).path)
    let stored = try NumPyFile.read(Fixture.output(name).path)
    let expected = try #require(stored.floats)
    let session = try Session(model.graph)
    let run = try session.inference(inputShapes: [model.graph.requiredInputs[0]: input.shape])
    let elements = try #require(input.floats)
    let outputs = try run([elements])
    let output = try #require(outputs.first?.floats)
    let difference = Closeness.relativeDifference(output, expected)
    #expect(difference <= 1e-5, "\(name): \(difference) of the largest output")
  }
}
