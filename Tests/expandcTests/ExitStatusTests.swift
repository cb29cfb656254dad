import Foundation
import TensorCore
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

  @Test func `the output's data may not be the input's weights`() throws {
    let source = Fixture.model("smallnet7-dynamo-external")
    let data = folder.url.appendingPathComponent("smallnet7-dynamo-external.onnx.data")
    let sourceData = source.appendingPathExtension("data")
    try FileManager.default.copyItem(at: source, to: folder.url.appendingPathComponent("m.onnx"))
    try FileManager.default.copyItem(at: sourceData, to: data)
    let commands = [
      ["expand", "m.onnx"],
      ["train", "m.onnx", "--data", "shapes:train=128,test=10", "--epochs", "1000000"],
    ]
    for command in commands {
      let result = try CommandLineTool.run(
        command + ["-o", "smallnet7-dynamo-external.onnx"], in: folder.url)
      #expect(result.status == 64)
      #expect(isOneLine(result.errors), "\(result.errors)")
      #expect(result.errors.contains("would overwrite smallnet7-dynamo-external.onnx.data"))
      #expect(try folder.names == ["m.onnx", "smallnet7-dynamo-external.onnx.data"])
    }
    #expect(try Data(contentsOf: data) == Data(contentsOf: sourceData))
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

  @Test func `a file beyond the shell's limit ends with 74, and nothing is left of it`() throws {
    // The network takes 66,186 floats, 259 KiB.
    let result = try CommandLineTool.run(
      ["zoo", "smallnet", "-o", "s.onnx"], in: folder.url, fileLimit: 100)
    #expect(result.status == 74, "\(result.errors)")
    #expect(isOneLine(result.errors), "\(result.errors)")
    #expect(try folder.names.isEmpty)
  }

  @Test func `a folder is no model, and a model may have a name of one letter`() throws {
    for path in [".", "..", "/", "./"] {
      let result = try CommandLineTool.run("inspect", path, in: folder.url)
      #expect(result.status == 66, "\(path): \(result.errors)")
      #expect(isOneLine(result.errors))
    }
    let built = try CommandLineTool.run("zoo", "smallnet", "-o", "x", in: folder.url)
    #expect(built.status == 0)
    let result = try CommandLineTool.run(
      "expand", "x", "--init", "random", "-o", "y", in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.names == ["x", "y"])
  }

  @Test func `a training that could not be saved does not begin`() throws {
    _ = try CommandLineTool.run("zoo", "smallnet", "-o", "s.onnx", in: folder.url)
    // A million epochs would take a year.
    let result = try CommandLineTool.run(
      "train", "s.onnx", "--data", "shapes:train=128,test=10", "--epochs", "1000000", "-o",
      "nowhere/t.onnx", in: folder.url)
    #expect(result.status == 73)
    #expect(isOneLine(result.errors))
  }

  @Test func `no file of the data is overwritten, by the model or a checkpoint`() throws {
    _ = try CommandLineTool.run("zoo", "smallnet", "-o", "s.onnx", in: folder.url)
    let images = Tensor([Float](repeating: 0, count: 2 * 3 * 32 * 32), shape: [2, 3, 32, 32])
    let data = ["x.npy", "t.checkpoint.onnx"]
    try NumPyFile.write(images, to: folder.path(data[0]))
    try NumPyFile.write(Tensor([0, 1] as [Int64], shape: [2]), to: folder.path(data[1]))
    let before = try data.map { try Data(contentsOf: URL(filePath: folder.path($0))) }
    for output in data + ["t.onnx"] {
      let result = try CommandLineTool.run(
        "train", "s.onnx", "--data", "npy:\(data[0]),\(data[1])", "--epochs", "1", "-o", output,
        in: folder.url)
      #expect(result.status == 64, "\(output): \(result.errors)")
      #expect(isOneLine(result.errors))
      #expect(
        result.errors.contains("would overwrite the input \(data[output == data[0] ? 0 : 1])"))
    }
    #expect(try data.map { try Data(contentsOf: URL(filePath: folder.path($0))) } == before)
  }

  @Test func `data of another shape ends with 65 and both shapes`() throws {
    _ = try CommandLineTool.run("zoo", "smallnet", "-o", "s.onnx", in: folder.url)
    let images = Tensor([Float](repeating: 0, count: 4 * 3 * 8 * 8), shape: [4, 3, 8, 8])
    try NumPyFile.write(images, to: folder.path("x.npy"))
    try NumPyFile.write(Tensor([0, 1, 2, 3] as [Int64], shape: [4]), to: folder.path("y.npy"))
    for command in ["train", "evaluate"] {
      let result = try CommandLineTool.run(
        command, "s.onnx", "--data", "npy:x.npy,y.npy", in: folder.url)
      #expect(result.status == 65)
      #expect(isOneLine(result.errors))
      #expect(result.errors.contains("3×32×32") && result.errors.contains("3×8×8"))
    }
    #expect(try folder.names == ["s.onnx", "x.npy", "y.npy"])
  }

  @Test func `an operator that cannot be trained ends with 69 and is named`() throws {
    // Field 4 of a node is its operator: Relu becomes Acos, another function of one input.
    var bytes = try Data(contentsOf: Fixture.model("smallnet7-train"))
    let relu = try #require(bytes.range(of: Data([0x22, 4] + "Relu".utf8)))
    bytes.replaceSubrange(relu, with: Data([0x22, 4] + "Acos".utf8))
    try bytes.write(to: folder.url.appendingPathComponent("s.onnx"))
    let result = try CommandLineTool.run(
      "train", "s.onnx", "--data", "shapes:train=10,test=10", in: folder.url)
    #expect(result.status == 69)
    #expect(isOneLine(result.errors) && result.errors.contains("Acos"))
    #expect(try folder.names == ["s.onnx"])
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
