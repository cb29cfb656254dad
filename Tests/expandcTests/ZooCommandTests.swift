import Foundation
import Testing

@Suite struct ZooCommandTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `zoo lists each network that it can build`() throws {
    let result = try CommandLineTool.run("zoo", "--json")
    #expect(result.status == 0)
    let networks = try #require(result.json()["networks"] as? [[String: Any]])
    #expect(
      networks.compactMap { $0["name"] as? String } == [
        "smallnet", "mobilenet", "mobilenetv2", "shufflenetv2-0.5", "yolo-lite", "unet", "alexnet",
      ])
    let help = try CommandLineTool.run("zoo", "--help").output
    #expect(networks.allSatisfy { help.contains(($0["name"] as? String) ?? "?") })
  }

  /// Figures of the paper's table S10, with the flags that its notes name.
  @Test(
    arguments: [
      (["mobilenet"], ["--stride-at", "last"], 4_958_348, 1_749_597_328, 1_764_775_568),
      (
        ["yolo-lite"], ["--exclude", "features.20.weight"], 4_482_433, 28_540_631_952,
        28_586_053_333
      ),
      (
        ["smallnet", "--kernel", "7", "--classes", "100"], ["--stem", "keep"], 552_952,
        57_360_324, 57_493_040
      ),
    ])
  func `zoo, expand and inspect show the paper's parameters and MACs`(
    network: [String], flags: [String], parameters: Int, weights: Int, paper: Int
  ) throws {
    let built = try CommandLineTool.run(["zoo"] + network + ["-o", "n.onnx"], in: folder.url)
    #expect(built.status == 0, "\(built.errors)")
    let expanded = try CommandLineTool.run(
      ["expand", "n.onnx", "-r", "4", "--conv", "cl", "--fc", "0", "--init", "random"] + flags,
      in: folder.url)
    #expect(expanded.status == 0, "\(expanded.errors)")
    let inspected = try CommandLineTool.run(
      "inspect", "n.expanded.onnx", "--json", in: folder.url)
    let json = try inspected.json()
    let macs = try #require(json["macs"] as? [String: Any])
    #expect(json["parameters"] as? Int == parameters)
    #expect(macs["weights"] as? Int == weights)
    #expect(macs["paper"] as? Int == paper)
  }

  @Test func `classes, width, size and seed shape what is built`() throws {
    func build(_ seed: String, _ name: String) throws -> CommandLineTool.Result {
      try CommandLineTool.run(
        "zoo", "mobilenetv2", "--classes", "7", "--width", "0.35", "--size", "64x96", "--seed",
        seed,
        "--json", "-o", name, in: folder.url)
    }
    let first = try build("1", "a.onnx")
    #expect(first.status == 0, "\(first.errors)")
    _ = try build("1", "b.onnx")
    _ = try build("2", "c.onnx")
    let files = try ["a", "b", "c"].map {
      try Data(contentsOf: URL(filePath: folder.path("\($0).onnx")))
    }
    #expect(files[0] == files[1])
    #expect(files[0] != files[2])
    #expect(files[0].count == files[2].count)
  }

  @Test(
    arguments: [
      (["unet", "--size", "40"], "--size 40"), (["unet", "--size", "40x"], "40x"),
      (["mobilenet", "--width", "nan"], "--width nan"),
      (["alexnet", "--last-channels", "64"], "--last-channels 64"),
      (["alexnet", "--size", "40"], "3×40×40"), (["mobilenet", "--classes", "0"], "--classes 0"),
      (["smallnet", "--size", "4096"], "268,435,456"), (["resnet"], "resnet"),
    ])
  func `a variant that cannot be built ends with 64, one line and no file`(
    arguments: [String], mentioned: String
  ) throws {
    let result = try CommandLineTool.run(["zoo"] + arguments + ["-o", "x.onnx"], in: folder.url)
    #expect(result.status == 64)
    #expect(result.errors.count(where: \.isNewline) == 1, "\(result.errors)")
    #expect(result.errors.contains(mentioned), "\(result.errors)")
    #expect(try folder.names.isEmpty)
  }
}
