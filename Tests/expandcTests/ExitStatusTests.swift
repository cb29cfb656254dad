import Foundation
import TestSupport
import Testing

@Suite struct ExitStatusTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  @Test(
    arguments: [
      ["frobnicate"], ["expand"], ["zoo", "smallnet", "--kernel", "4", "-o", "x.onnx"],
      ["inspect", "x.onnx", "--conv", "cx"], ["zoo", "smallnet", "-o", ""],
      ["expand", "x.onnx", "-r", "many"],
    ])
  func `a command that makes no sense ends with 64 and one line`(arguments: [String]) throws {
    let result = try CommandLineTool.run(arguments, in: folder.url)
    #expect(result.status == 64)
    #expect(isOneLine(result.errors), "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(try folder.names.isEmpty)
  }

  @Test func `the output may not be the input, under whichever name`() throws {
    let model = folder.path("x.onnx")
    try FileManager.default.copyItem(at: Fixture.model("smallnet7-train"), to: URL(filePath: model))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.onnx"), withDestinationPath: "x.onnx")
    for output in ["x.onnx", "./x.onnx", "link.onnx"] {
      let result = try CommandLineTool.run("expand", "x.onnx", "-o", output, in: folder.url)
      #expect(result.status == 64)
      #expect(result.errors.contains("would overwrite the input"))
    }
    #expect(
      try Data(contentsOf: URL(filePath: model))
        == Data(contentsOf: Fixture.model("smallnet7-train")))
  }

  @Test func `a missing file ends with 66 and names it`() throws {
    for command in ["inspect", "expand"] {
      let result = try CommandLineTool.run(command, "nowhere.onnx", in: folder.url)
      #expect(result.status == 66)
      #expect(isOneLine(result.errors))
      #expect(result.errors.contains("nowhere.onnx"))
    }
  }

  @Test func `an empty or truncated file ends with 65, and nothing is written`() throws {
    let whole = try Data(contentsOf: Fixture.model("smallnet7-train"))
    for length in [0, 1, 100, whole.count / 2, whole.count - 1] {
      try whole.prefix(length).write(to: folder.url.appendingPathComponent("x.onnx"))
      for command in ["inspect", "expand"] {
        let result = try CommandLineTool.run(command, "x.onnx", in: folder.url)
        #expect(result.status == 65, "\(command), \(length) bytes: \(result.errors)")
        #expect(isOneLine(result.errors), "\(result.errors)")
      }
    }
    #expect(try folder.names == ["x.onnx"])
  }

  @Test func `where no file can be made the status is 73, on a full disk 74`() throws {
    try Data("a file".utf8).write(to: folder.url.appendingPathComponent("file"))
    // Permissions do not stop root, so these folders are no folders, or the kernel's.
    for output in ["file/x.onnx", "missing/x.onnx", "/proc/x.onnx"] {
      let result = try CommandLineTool.run("zoo", "smallnet", "-o", output, in: folder.url)
      #expect(result.status == 73, "\(output): \(result.errors)")
      #expect(isOneLine(result.errors))
    }
    let full = try CommandLineTool.run("zoo", "smallnet", "-o", "/dev/full", in: folder.url)
    #expect(full.status == 74)
    #expect(isOneLine(full.errors))
    #expect(try folder.names == ["file"])
  }

  @Test func `help and version are no errors`() throws {
    for arguments in [["--help"], ["--version"], ["help", "expand"], []] {
      let result = try CommandLineTool.run(arguments)
      #expect(result.status == 0)
      #expect(!result.output.isEmpty)
      #expect(result.errors.isEmpty)
    }
  }

  private func isOneLine(_ text: String) -> Bool {
    text.hasPrefix("expandc: error: ") && text.hasSuffix("\n") && text.count { $0 == "\n" } == 1
  }
}
