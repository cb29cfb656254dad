import Foundation
import TestSupport
import Testing

/// What a limit on addresses, as by `ulimit -v`, makes of a training: all of it, or one line.
@Suite struct MemoryLimitTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    _ = try CommandLineTool.run("zoo", "smallnet", "-o", "s.onnx", in: folder.url)
    _ = try CommandLineTool.run("expand", "s.onnx", "--conv", "cl", "-o", "x.onnx", in: folder.url)
  }

  private func train(
    _ batch: Int, megabytes: Int, threads: Int = 1, mode: String = "online"
  ) throws -> CommandLineTool.Result {
    try CommandLineTool.run(
      [
        "train", "x.onnx", "--data", "shapes:train=519,test=10", "--epochs", "1", "--batch-size",
        "\(batch)", "--threads", "\(threads)", "--mode", mode, "-o", "t.onnx",
      ], in: folder.url, memoryLimit: megabytes * 1000)
  }

  private func largest(in errors: String) -> Int? {
    guard let flag = errors.range(of: "--batch-size ") else { return nil }
    return Int(errors[flag.upperBound...].prefix { $0.isNumber })
  }

  @Test(arguments: [("online", 600, 40), ("materialized", 1600, 100)])
  func `a limit on addresses lets a training be, or refuses it with a batch that fits`(
    mode: String, most: Int, step: Int
  ) throws {
    var seen: Set<String> = []
    for megabytes in stride(from: 200, through: most, by: step) {
      let result = try train(512, megabytes: megabytes, mode: mode)
      guard result.status != 0 else {
        seen.insert("trained")
        continue
      }
      let context = Comment("\(megabytes) MB: \(result.status) \(result.errors)")
      try #require(result.status == 69, context)
      #expect(result.errors.split(separator: "\n").count == 1, context)
      guard let largest = largest(in: result.errors) else {
        #expect(!seen.contains("smaller") && !seen.contains("trained"), context)
        let words = ["not even one image fits", "leaves too little to begin"]
        #expect(words.contains(where: result.errors.contains), context)
        seen.insert("none")
        continue
      }
      #expect((1..<512).contains(largest), context)
      let smaller = try train(largest, megabytes: megabytes, mode: mode)
      #expect(smaller.status == 0, "\(megabytes) MB, \(largest) images: \(smaller.errors)")
      seen.insert("smaller")
    }
    #expect(seen == ["none", "smaller", "trained"])
  }

  @Test func `threads whose stacks have no room are refused`() throws {
    let result = try train(8, megabytes: 800, threads: 200)
    #expect(result.status == 69, "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(result.errors.contains("--threads"), "\(result.errors)")
  }

  @Test func `images that there is no room for are refused`() throws {
    let result = try CommandLineTool.run(
      ["train", "x.onnx", "--data", "shapes:train=200000,test=10"], in: folder.url,
      memoryLimit: 600_000)
    #expect(result.status == 69, "\(result.errors)")
    #expect(result.errors.contains("615,200,000 bytes of a data set"), "\(result.errors)")
  }

  @Test func `a comparison that there is no room for is refused`() throws {
    let result = try CommandLineTool.run(
      ["verify", "s.onnx", "s.onnx", "--batch-size", "20000"], in: folder.url,
      memoryLimit: 1_000_000)
    #expect(result.status == 69, "\(result.errors)")
    #expect(result.errors.contains("983,040,000 bytes"), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
  }

  @Test func `a limit that leaves too little to begin is named with one that is enough`() throws {
    let result = try CommandLineTool.run(["zoo"], in: folder.url, memoryLimit: 140_000)
    #expect(result.status == 69, "\(result.errors)")
    let limit = result.errors.range(of: "ulimit -v ")
      .flatMap { Int(result.errors[$0.upperBound...].prefix { $0.isNumber }) }
    let enough = try #require(limit, "\(result.errors)")
    #expect(
      try CommandLineTool.run(["zoo"], in: folder.url, memoryLimit: enough).status == 0)
  }
}
