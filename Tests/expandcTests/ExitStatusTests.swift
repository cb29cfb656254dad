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
      ["expand", "x.onnx", "-r", "many"], ["contract", "-", "--like", "-", "-o", "x.onnx"],
      ["train", "x.onnx", "--data", "shapes", "--epochs", "9000000000000000000"],
      // Each is another number in Float: infinite, 0, 1.
      ["train", "x.onnx", "--data", "shapes", "--learning-rate", "1e300"],
      ["train", "x.onnx", "--data", "shapes", "--learning-rate", "1e-60"],
      ["train", "x.onnx", "--data", "shapes", "--momentum", "0.99999999999"],
      ["train", "x.onnx", "--data", "shapes", "--momentum", "1e-60", "--nesterov"],
      ["train", "x.onnx", "--data", "shapes", "--weight-decay", "1e39"],
    ])
  func `a command that makes no sense ends with 64 and one line`(arguments: [String]) throws {
    let result = try CommandLineTool.run(arguments, in: folder.url)
    #expect(result.status == 64)
    #expect(isOneLine(result.errors), "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(try folder.names.isEmpty)
  }

  @Test(
    arguments: [
      (["train", "x.onnx", "--data", "shapes", "--batch-size", "-1"], "--batch-size=-1"),
      (["train", "x.onnx", "--data", "shapes", "--threads", "-3"], "--threads=-3"),
      (["train", "x.onnx", "--data", "shapes", "--batch-size=-1"], "takes 1 to 1048576"),
      (["train", "x.onnx", "--data", "shapes", "--schedule", "step:x"], "form is step:50,100:0.1"),
      (["train", "x.onnx", "--data", "shapes", "--augment", "foo"], "form is crop:4,flip"),
      (["train", "x.onnx", "--data", "shapes:train=0"], "with 1 to 1,000,000 images each"),
      (["train", "x.onnx"], "see expandc train --help"),
      (["zoo", "smallnet", "--kernel"], "see expandc zoo smallnet --help"),
      (["frobnicate"], "see expandc --help"),
      (["expand", "x.onnx", "--conv", "foo"], "'auto', 'cl', 'ck' or 'none'; see expandc expand"),
      (["help", "frobnicate"], "there is no command 'frobnicate'; see expandc --help"),
      (["help", "zoo", "frobnicate"], "there is no command 'frobnicate'; see expandc --help"),
    ])
  func `a usage error says what to write instead, or where that is said`(
    arguments: [String], words: String
  ) throws {
    let result = try CommandLineTool.run(arguments, in: folder.url)
    #expect(result.status == 64)
    #expect(isOneLine(result.errors), "\(result.errors)")
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test(arguments: [
    ["help"], ["help", "train"], ["help", "zoo", "smallnet"], ["help", "--help"],
  ])
  func `help for what is there is no error`(arguments: [String]) throws {
    let result = try CommandLineTool.run(arguments, in: folder.url)
    #expect(result.status == 0)
    #expect(result.output.contains("USAGE"), "\(result.output)")
  }

  @Test func `a file that is read-only is kept, and the error says how to let it be replaced`()
    throws
  {
    let old = Data("what nobody may replace".utf8)
    let file = folder.url.appendingPathComponent("s.onnx")
    try old.write(to: file)
    chmod(file.path, 0o444)
    symlink("s.onnx", folder.path("link.onnx"))
    for output in ["s.onnx", "link.onnx"] {
      let result = try CommandLineTool.run("zoo", "smallnet", "-o", output, in: folder.url)
      #expect(result.status == 73)
      #expect(isOneLine(result.errors), "\(result.errors)")
      #expect(result.errors.contains("chmod u+w \(output)"), "\(result.errors)")
      #expect(try Data(contentsOf: file) == old)
      #expect(try folder.names == ["link.onnx", "s.onnx"])
    }
    chmod(file.path, 0o644)
    let result = try CommandLineTool.run("zoo", "smallnet", "-o", "s.onnx", in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try Data(contentsOf: file) != old)
  }

  @Test func `what is no regular file is written to`() throws {
    let result = try CommandLineTool.run("zoo", "smallnet", "-o", "/dev/stdout", in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.bytes.count > 100_000)
    #expect(
      try CommandLineTool.run("zoo", "smallnet", "-o", "/dev/null", in: folder.url).status == 0)
  }

  @Test func `what can't be read is named with what helps`() throws {
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("d"), withIntermediateDirectories: false)
    let result = try CommandLineTool.run("inspect", "d", in: folder.url)
    #expect(result.status == 66)
    #expect(result.errors.contains("give the path of a file in it"), "\(result.errors)")
    try Data("no model at all".utf8).write(to: folder.url.appendingPathComponent("x.onnx"))
    let other = try CommandLineTool.run("inspect", "x.onnx", in: folder.url)
    #expect(other.status == 65)
    #expect(other.errors.contains("give the path of an .onnx file"), "\(other.errors)")
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

  @Test(arguments: [["contract"], ["train", "--data", "shapes"], ["expand"]])
  func `a model in a folder that isn't there ends with 66`(arguments: [String]) throws {
    let result = try CommandLineTool.run(arguments + ["missing/x.onnx"], in: folder.url)
    #expect(result.status == 66, "\(result.errors)")
    #expect(isOneLine(result.errors) && result.errors.contains("missing/x.onnx"))
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
