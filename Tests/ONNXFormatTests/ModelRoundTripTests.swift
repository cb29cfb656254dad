import Foundation
import ONNXFormat
import TensorCore
import TestSupport
import Testing

@Suite struct ModelRoundTripTests {
  @Test(.enabled(if: ModelFiles.backendIsInstalled, "libonnx-testdata is not installed"))
  func `every model of the backend tests comes back byte for byte through the IR`() throws {
    #expect(ModelFiles.backend.count == 1072)
    for path in ModelFiles.backend { try expectSameBytes(path) }
  }

  @Test func `every fixture comes back byte for byte through the IR`() throws {
    let inline = ModelFiles.fixtures.filter { !$0.contains("external") }
    #expect(inline.count >= 13)
    for path in inline { try expectSameBytes(path) }
  }

  private func expectSameBytes(_ path: String) throws {
    let bytes = try ModelFiles.bytes(path)
    do {
      let model = try ONNXFile.read(path)
      #expect(try ONNXFile.reassemble(model) == bytes, "\(path)")
      #expect(try ONNXFile.serialize(model) == bytes, "\(path)")
    } catch { Issue.record("\(path): \(error)") }
  }
}
