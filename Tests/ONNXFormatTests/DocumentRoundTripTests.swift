import ONNXFormat
import TensorCore
import Testing

@Suite struct DocumentRoundTripTests {
  @Test(.enabled(if: ModelFiles.backendIsInstalled, "libonnx-testdata is not installed"))
  func `every model of the backend tests packs to the bytes it was read from`() throws {
    #expect(ModelFiles.backend.count == 1072)
    for path in ModelFiles.backend { try expectSameBytes(path) }
  }

  @Test func `every fixture packs to the bytes it was read from`() throws {
    #expect(ModelFiles.fixtures.count >= 14)
    for path in ModelFiles.fixtures { try expectSameBytes(path) }
  }

  private func expectSameBytes(_ path: String) throws {
    let document = try ONNXDocument(MappedFile(path: path))
    #expect(document.packed() == (try ModelFiles.bytes(path)), "\(path)")
  }
}
