import Foundation
import TensorCore
import TestSupport
import Testing

/// What a training is refused for, or stopped by; what was there before stays.
@Suite struct BadInputTests {
  let folder: ScratchFolder
  let old = Data("the model of an earlier training".utf8)

  init() throws {
    folder = try ScratchFolder()
    try old.write(to: folder.url.appendingPathComponent("t.onnx"))
  }

  private func number(after word: String, in text: String) -> Int? {
    guard let range = text.range(of: word) else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber || $0 == "," }.filter(\.isNumber))
  }

  private var outputIsKept: Bool {
    get throws { try Data(contentsOf: folder.url.appendingPathComponent("t.onnx")) == old }
  }

  @Test(arguments: ["train", "evaluate", "bench"])
  func `a batch that doesn't fit memory ends with 69 and the largest that does`(
    command: String
  ) throws {
    // 64 to 256 channels on 64×64 images: 1.3 to 4 MB an image, so that 1,000 take more than 1 GiB.
    _ = try CommandLineTool.run(
      "zoo", "smallnet", "--kernel", "3", "--width", "8", "--size", "64", "-o", "s.onnx",
      in: folder.url)
    let shape = [1000, 3, 64, 64]
    let pixels = Tensor(.uint8, [UInt8](repeating: 7, count: shape.reduce(1, *)), shape)
    try NumPyFile.write(pixels, to: folder.path("x.npy"))
    let labels = Tensor((0..<1000).map { Int64($0 % 10) }, shape: [1000])
    try NumPyFile.write(labels, to: folder.path("y.npy"))
    let own =
      switch command {
      case "train": ["--data", "npy:x.npy,y.npy", "-o", "t.onnx"]
      case "evaluate": ["--data", "npy:x.npy,y.npy"]
      default: ["--conv", "none", "--fc", "0"]
      }
    let result = try CommandLineTool.run(
      [command, "s.onnx", "--batch-size", "1000", "--threads", "1"] + own, in: folder.url,
      memoryLimit: 1_000_000)
    #expect(result.status == 69, "\(result.errors)")
    let line = result.errors.split(separator: "\n").last.map(String.init) ?? ""
    let needed = try #require(number(after: "needs ", in: line), "\(line)")
    let available = try #require(number(after: "there are ", in: line), "\(line)")
    let largest = try #require(number(after: "--batch-size ", in: line), "\(line)")
    #expect(needed > available && available < 1_024_000_000)
    #expect((1..<1000).contains(largest))
    #expect(try outputIsKept)
  }

  @Test(arguments: [[], ["--inference"]])
  func `a plan that there is no memory for names the largest batch that there is`(
    purpose: [String]
  ) throws {
    _ = try CommandLineTool.run(
      "zoo", "smallnet", "--kernel", "3", "--width", "8", "--size", "64", "-o", "s.onnx",
      in: folder.url)
    func plan(_ batch: Int) throws -> CommandLineTool.Result {
      try CommandLineTool.run(
        ["inspect", "s.onnx", "--plan", "--batch-size", "\(batch)", "--threads", "1"] + purpose,
        in: folder.url, memoryLimit: 1_000_000)
    }
    // An image takes 12,288 Floats: 100,000 of them need five times the limit.
    let result = try plan(100_000)
    #expect(result.status == 69, "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    let needed = try #require(number(after: "needs ", in: result.errors), "\(result.errors)")
    let available = try #require(number(after: "there are ", in: result.errors))
    let largest = try #require(number(after: "--batch-size ", in: result.errors))
    #expect(needed > 100_000 * 12_288 * 4 && available < 1_024_000_000)
    #expect((1..<100_000).contains(largest))
    #expect(try plan(largest).status == 0)
  }

  @Test func `a loss that isn't finite stops the training at the step and the node`() throws {
    _ = try CommandLineTool.run("zoo", "smallnet", "-o", "s.onnx", in: folder.url)
    let result = try CommandLineTool.run(
      "train", "s.onnx", "--data", "shapes:train=256,test=10", "--batch-size", "64",
      "--learning-rate", "1e30", "-o", "t.onnx", in: folder.url)
    #expect(result.status == 1)
    let words = ["is not finite", "epoch 1, step 2", "is the first that isn't"]
    #expect(words.allSatisfy(result.errors.contains), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(try outputIsKept)
  }

  @Test func `weights that the last step makes infinite are named with the step`() throws {
    _ = try CommandLineTool.run("zoo", "smallnet", "-o", "s.onnx", in: folder.url)
    let result = try CommandLineTool.run(
      "train", "s.onnx", "--data", "shapes:train=64,test=10", "--batch-size", "64", "--epochs", "1",
      "--learning-rate", "1e38", "--weight-decay", "1e38", "-o", "t.onnx", in: folder.url)
    #expect(result.status == 1)
    let words = ["the tensor '", "is not finite", "epoch 1, step 1", "--learning-rate"]
    #expect(words.allSatisfy(result.errors.contains), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(try outputIsKept)
  }

  @Test func `images that bench's model doesn't take end with 65 and both shapes`() throws {
    _ = try CommandLineTool.run("zoo", "smallnet", "-o", "s.onnx", in: folder.url)
    let result = try CommandLineTool.run(
      "bench", "s.onnx", "--input-shape", "input=1,3,8,8", in: folder.url)
    #expect(result.status == 65, "\(result.errors)")
    #expect(result.errors.contains("3×32×32") && result.errors.contains("3×8×8"))
  }
}
