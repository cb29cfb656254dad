import Foundation
import TestSupport
import Testing

/// A caller may close the standard streams, or lead them where nothing can be written.
@Suite struct ClosedStreamTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  @Test(arguments: ["2>&-", "2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-"])
  func `an error that nobody can be told has its status all the same`(redirections: String) throws {
    let result = try CommandLineTool.run(
      ["inspect", "nowhere.onnx"], in: folder.url, redirections: redirections)
    #expect(result.status == 66, "\(redirections)")
  }

  /// The next file that is opened would get the place of a closed stream, and what is printed there.
  @Test(arguments: [("2>&-", 0), (">&-", 74), (">&- 2>&-", 74), ("<&- >&- 2>&-", 74)])
  func `what is printed on a closed stream does not reach the output`(
    redirections: String, status: Int32
  ) throws {
    let arguments = ["zoo", "smallnet", "-o"]
    _ = try CommandLineTool.run(arguments + ["whole.onnx"], in: folder.url)
    let result = try CommandLineTool.run(
      arguments + ["x.onnx"], in: folder.url, redirections: redirections)
    #expect(result.status == status, "\(redirections): \(result.errors)")
    #expect(
      try Data(contentsOf: folder.url.appendingPathComponent("x.onnx"))
        == Data(contentsOf: folder.url.appendingPathComponent("whole.onnx")))
  }

  @Test func `standard input that is closed ends with one line`() throws {
    let result = try CommandLineTool.run(["inspect", "-"], in: folder.url, redirections: "<&-")
    #expect([65, 66].contains(result.status), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
  }
}
