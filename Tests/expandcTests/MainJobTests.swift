import Foundation
import TestSupport
import Testing

/// The commands on the network of the paper's Table 1, with the figures it must show.
@Suite struct MainJobTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let built = try CommandLineTool.run(
      "zoo", "smallnet", "--kernel", "7", "-o", "s.onnx", in: folder.url)
    try #require(built.status == 0)
  }

  @Test(
    arguments: [
      (["--conv", "ck", "--fc", "0"], 186_982), (["--conv", "ck", "--fc", "3"], 1_745_766),
      (["--conv", "cl", "--fc", "0"], 547_102), (["--conv", "cl", "--fc", "3"], 2_105_886),
    ])
  func `expanded SmallNets have the parameters that the paper prints`(
    flags: [String], parameters: Int
  ) throws {
    let expanded = try CommandLineTool.run(
      ["expand", "s.onnx", "-r", "4", "--stem", "keep", "--init", "random", "--json"] + flags,
      in: folder.url)
    #expect(expanded.status == 0)
    #expect(try expanded.json()["parametersBefore"] as? Int == 66_186)
    #expect(try expanded.json()["parametersAfter"] as? Int == parameters)
    let inspected = try CommandLineTool.run(
      "inspect", "s.expanded.onnx", "--json", in: folder.url)
    #expect(try inspected.json()["parameters"] as? Int == parameters)
  }

  @Test func `a dry run says what would happen and writes nothing`() throws {
    let dry = try CommandLineTool.run(
      "expand", "s.onnx", "--init", "random", "--dry-run", "--json", in: folder.url)
    let wet = try CommandLineTool.run(
      "expand", "s.onnx", "--init", "random", "--json", "-o", "-", in: folder.url)
    #expect(try folder.names == ["s.onnx"])
    let report = try JSONSerialization.jsonObject(with: Data(wet.errors.utf8)) as? [String: Any]
    #expect(try dry.json()["parametersAfter"] as? Int == report?["parametersAfter"] as? Int)
    #expect((try dry.json()["units"] as? [Any])?.count == 4)
  }

  @Test func `inspect counts parameters and MACs, and says what expand would do`() throws {
    let json = try CommandLineTool.run("inspect", "s.onnx", "--json", in: folder.url).json()
    #expect(json["parameters"] as? Int == 66_186)
    let macs = json["macs"] as? [String: Any]
    #expect(macs?["weights"] as? Int == 4_448_896)
    #expect(macs?["paper"] as? Int == 4_491_904)
    let nodes = try #require(json["nodes"] as? [[String: Any]])
    #expect(nodes.count == 16)
    #expect(nodes[0]["operator"] as? String == "Conv")
    #expect((nodes[0]["expansion"] as? [String: Any])?["channels"] as? [Int] == [3, 12, 32, 8])
    #expect(nodes[15]["skipped"] as? String == "it makes the logits")

    let table = try CommandLineTool.run("inspect", "s.onnx", in: folder.url).output
    #expect(table.contains("66,186") && table.contains("4,448,896") && table.contains("7×7"))
    #expect(!table.split(separator: "\n").contains { $0.hasSuffix(" ") })
  }

  @Test func `diff tells the same model from another one by its exit status`() throws {
    let same = try CommandLineTool.run("diff", "s.onnx", "s.onnx", in: folder.url)
    #expect(same.status == 0)
    _ = try CommandLineTool.run("zoo", "smallnet", "--seed", "1", "-o", "t.onnx", in: folder.url)
    let other = try CommandLineTool.run("diff", "s.onnx", "t.onnx", "--json", in: folder.url)
    #expect(other.status == 1)
    #expect(try other.json()["equal"] as? Bool == false)
    #expect((try other.json()["structure"] as? [Any])?.isEmpty == true)
    // Weight and bias of three convolutions and two Gemms; normalisation starts alike.
    #expect((try other.json()["weights"] as? [Any])?.count == 10)
    let summary = try CommandLineTool.run("diff", "s.onnx", "t.onnx", "--stat", in: folder.url)
    #expect(summary.output.contains("same structure; same metadata; 10 weights differ"))
    #expect(!summary.output.contains("conv1.weight"))
  }

  @Test func `models go through standard streams`() throws {
    let model = try Data(contentsOf: folder.url.appendingPathComponent("s.onnx"))
    let inspected = try CommandLineTool.run("inspect", "-", "--json", input: model)
    #expect(try inspected.json()["parameters"] as? Int == 66_186)
  }

  @Test func `flags that no factors can meet are refused with the flags that would work`() throws {
    let result = try CommandLineTool.run(
      "expand", "s.onnx", "--conv", "ck", "-r", "2", in: folder.url)
    #expect(result.status == 64)
    #expect(result.errors.contains("--init random") && result.errors.contains("--conv cl"))
    #expect(result.errors.contains("-r 4"))
    #expect(try folder.names == ["s.onnx"])
    let dry = try CommandLineTool.run(
      "expand", "s.onnx", "--conv", "ck", "-r", "2", "--dry-run", in: folder.url)
    #expect(dry.status == 64 && dry.errors == result.errors)
  }
}
