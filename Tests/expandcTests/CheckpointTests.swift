import Foundation
import TestSupport
import Testing

/// What is left of a training that does not end well.
@Suite struct CheckpointTests {
  let folder: ScratchFolder

  /// Steps of the second epoch are 1e28 times too long.
  private let diverging = [
    "train", "s.onnx", "--data", "shapes:train=256,test=10", "--batch-size", "64", "--epochs", "3",
    "--schedule", "step:1:1e30", "-o", "t.onnx",
  ]

  init() throws {
    folder = try ScratchFolder()
    let built = try CommandLineTool.run(
      "zoo", "smallnet", "--kernel", "3", "-o", "s.onnx", in: folder.url)
    try #require(built.status == 0)
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: folder.url.appendingPathComponent(name))
  }

  @Test func `a training that diverges leaves the model of the last epoch that ended`() throws {
    let result = try CommandLineTool.run(diverging, in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("epoch 2, step 2"), "\(result.errors)")
    #expect(result.errors.contains("the model as of epoch 1 is in t.checkpoint.onnx"))
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(try folder.names == ["s.onnx", "t.checkpoint.onnx"])
    let short = try CommandLineTool.run(
      "train", "s.onnx", "--data", "shapes:train=256,test=10", "--batch-size", "64", "--epochs",
      "1", "-o", "one.onnx", in: folder.url)
    #expect(short.status == 0)
    #expect(try bytes("one.onnx") == bytes("t.checkpoint.onnx"))
    #expect(try folder.names == ["one.onnx", "s.onnx", "t.checkpoint.onnx"])
  }

  @Test func `no checkpoint is made where none was asked for`() throws {
    let result = try CommandLineTool.run(diverging + ["--checkpoint-every", "0"], in: folder.url)
    #expect(result.status == 1 && !result.errors.contains("checkpoint"))
    #expect(try folder.names == ["s.onnx"])
  }

  @Test func `checkpoints come as often as was asked, and go when the output is written`() throws {
    let every = try CommandLineTool.run(diverging + ["--checkpoint-every", "2"], in: folder.url)
    #expect(every.status == 1)
    #expect(try folder.names == ["s.onnx"])
    let neighbor = Data("somebody's".utf8)
    try neighbor.write(to: folder.url.appendingPathComponent("t.checkpoint.onnx.data"))
    let result = try CommandLineTool.run(
      "train", "s.onnx", "--data", "shapes:train=256,test=10", "--epochs", "2", "-o", "t.onnx",
      in: folder.url)
    #expect(result.status == 0 && result.errors.isEmpty)
    #expect(try folder.names == ["s.onnx", "t.checkpoint.onnx.data", "t.onnx"])
    #expect(try bytes("t.checkpoint.onnx.data") == neighbor)
  }

  @Test func `a checkpoint that is trained on is not overwritten`() throws {
    try FileManager.default.moveItem(
      atPath: folder.path("s.onnx"), toPath: folder.path("t.checkpoint.onnx"))
    let before = try bytes("t.checkpoint.onnx")
    let data = ["--data", "shapes:train=128,test=10", "--epochs", "1", "-o", "t.onnx"]
    let refused = try CommandLineTool.run(
      ["train", "t.checkpoint.onnx"] + data, in: folder.url)
    #expect(refused.status == 64)
    #expect(refused.errors.contains("the checkpoint would overwrite the input"))
    #expect(try folder.names == ["t.checkpoint.onnx"])
    let allowed = try CommandLineTool.run(
      ["train", "t.checkpoint.onnx", "--checkpoint-every", "0"] + data, in: folder.url)
    #expect(allowed.status == 0)
    #expect(try bytes("t.checkpoint.onnx") == before)
  }
}
