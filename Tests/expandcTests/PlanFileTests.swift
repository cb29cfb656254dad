import Foundation
import Testing

/// Plans of units: written, edited, done.
@Suite struct PlanFileTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let built = try CommandLineTool.run(
      "zoo", "smallnet", "--kernel", "7", "-o", "s.onnx", in: folder.url)
    try #require(built.status == 0)
  }

  private func expand(_ arguments: String...) throws -> CommandLineTool.Result {
    try CommandLineTool.run(["expand", "s.onnx"] + arguments, in: folder.url)
  }

  private func write(_ plan: String) throws {
    try Data(plan.utf8).write(to: folder.url.appendingPathComponent("p.toml"))
  }

  @Test(
    arguments: [
      [], ["--init", "random", "--seed", "3"],
      [
        "--init", "random", "-r", "0.75", "--stem", "keep", "--stride-at", "last", "--fc", "2",
        "--intermediate-bias", "none", "--exclude", "/conv2*",
      ],
    ])
  func `a plan that nobody edited makes the very bytes that its flags make`(
    flags: [String]
  ) throws {
    let planned = try CommandLineTool.run(
      ["expand", "s.onnx", "--plan-out", "p.toml"] + flags, in: folder.url)
    #expect(planned.status == 0, "\(planned.errors)")
    #expect(try folder.names == ["p.toml", "s.onnx"])
    // How factors begin is no part of a plan.
    let start = Array(flags.prefix { $0 != "-r" })
    for arguments in [flags + ["-o", "a.onnx"], start + ["--plan", "p.toml", "-o", "b.onnx"]] {
      let result = try CommandLineTool.run(["expand", "s.onnx"] + arguments, in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
    }
    let files = ["a.onnx", "b.onnx"].map { folder.url.appendingPathComponent($0) }
    #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]))
  }

  @Test func `an edited plan gives each node its own, and flags fill what it leaves out`() throws {
    try write(
      """
      [[node]]
      name = "/conv1/Conv"
      strategy = "cl"
      rate = 2

      [[node]]
      index = 8
      operator = "Conv"
      strategy = "CK"

      [[node]]
      name = "/fc1/Gemm"
      strategy = "none"
      """)
    let result = try expand(
      "--plan", "p.toml", "-r", "0.5", "--init", "random", "--dry-run", "--json")
    #expect(result.status == 0, "\(result.errors)")
    let units = try #require(try result.json()["units"] as? [[String: Any]])
    #expect(units.map { $0["strategy"] as? String } == ["CL", "CK"])
    #expect(units.map { $0["channels"] as? [Int] } == [[3, 6, 16, 8], [16, 8, 16, 32]])
    let skipped = try #require(try result.json()["skipped"] as? [[String: Any]])
    #expect(skipped.count == 3)
    #expect(skipped.allSatisfy { $0["reason"] as? String == "the plan leaves it alone" })
    #expect(result.errors.contains("bottleneck"))
  }

  @Test func `a plan reaches the integers that the paper prints for ShuffleNetV2`() throws {
    let commands = [
      ["zoo", "shufflenetv2-0.5", "-o", "v.onnx"],
      ["expand", "v.onnx", "--init", "random", "--stride-at", "last", "--plan-out", "v.toml"],
    ]
    for command in commands {
      let result = try CommandLineTool.run(command, in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
    }
    // Depthwise convolutions at r = 2, all others at 4.
    let plan = folder.url.appendingPathComponent("v.toml")
    let entries = try String(contentsOf: plan, encoding: .utf8).components(separatedBy: "[[node]]")
    let edited = entries.map { entry in
      entry.contains("# CL 3→")
        ? entry : entry.replacingOccurrences(of: "rate = 4.0", with: "rate = 2")
    }
    try Data(edited.joined(separator: "[[node]]").utf8).write(to: plan)
    let expanded = try CommandLineTool.run(
      "expand", "v.onnx", "--init", "random", "--plan", "v.toml", in: folder.url)
    #expect(expanded.status == 0, "\(expanded.errors)")
    let json = try CommandLineTool.run("inspect", "v.expanded.onnx", "--json", in: folder.url)
      .json()
    // The row "dw with r=2, all strides last" of the complexity table.
    #expect(json["parameters"] as? Int == 1_410_844)
    #expect((json["macs"] as? [String: Any])?["weights"] as? Int == 597_233_488)
    #expect((json["macs"] as? [String: Any])?["paper"] as? Int == 600_403_984)
    let training = json["trainingMACs"] as? [String: Any]
    #expect(training?["compositionPerStep"] as? Int == 3 * 149_040)
  }

  @Test(
    arguments: [
      ("rate = ", 65, ["line 2"]), ("rate = 0", 65, ["line 1", "rate = 4.0"]),
      ("rate = -1.5", 65, ["line 1"]), ("rate = nan", 65, ["line 1"]),
      ("rate = inf", 65, ["line 1"]), ("rate = \"4\"", 65, ["'rate' takes a number"]),
      ("rote = 4", 65, ["'rote'", "'rate'"]), ("strategy = \"CX\"", 65, ["CL, CK, FC, none"]),
      ("strategy = 3", 65, ["string"]), ("fc = 4", 65, ["fc = 2 or 3"]),
      ("stem = \"widen\"", 65, ["expand, keep"]), ("stride-at = \"first\"", 65, ["middle, last"]),
      ("intermediate-bias = \"some\"", 65, ["auto, all, none"]),
      ("strategy = \"FC\"", 65, ["FC is not for such a node"]),
      ("operator = \"Gemm\"", 65, ["a Conv, not a Gemm"]), ("index = \"0\"", 65, ["integer"]),
      ("[[node]]\nname = \"/conv1/Conv\"", 65, ["line 3", "its first in line 1"]),
      ("[[node]]\nname = \"/cnov1/Conv\"", 65, ["line 3", "'/conv1/Conv'"]),
      ("[[node]]\nindex = 99", 65, ["no node 99", "--plan-out"]),
      ("[[node]]\nstrategy = \"CL\"", 65, ["neither name nor index"]),
      ("[[node]]\nname = \"/Relu_1\"\nstrategy = \"CL\"", 65, ["no weights"]),
      ("[nodes]\nrate = 4", 65, ["'nodes'", "[[node]]"]),
      ("index = 8", 65, ["index is 8", "'/conv1/Conv' has index 0", "index = 0"]),
      (
        "strategy = \"CL\"\nrate = 1e300", 65,
        ["p.toml, line 1, node '/conv1/Conv'", "give the entry a smaller rate, as rate = 4.0"]
      ),
      (
        "strategy = \"CK\"\nrate = 2", 65,
        [
          "p.toml, line 1, node '/conv1/Conv'; give the entry rate = 4, strategy = \"CL\", or add",
          "--init random",
        ]
      ),
      (
        "strategy = \"CL\"\nrate = 0.5", 65,
        ["p.toml, line 1, node '/conv1/Conv'; give the entry rate = 1, or add --init random"]
      ),
      (
        "strategy = \"CK\"\nstem = \"keep\"", 65,
        ["give the entry rate = 4 and stem = \"expand\", strategy = \"CL\", or add --init random"]
      ),
      ("strategy = \"FC\"", 65, ["p.toml, line 1, node '/conv1/Conv'; ask for another strategy"]),
    ])
  func `a plan that makes no sense is refused in one line that says where`(
    entry: String, status: Int32, parts: [String]
  ) throws {
    let heading = "[[node]] # the first\nname = \"/conv1/Conv\"\n"
    let text = entry == "rate = " ? "[[node]]\nrate = \n" : heading + entry + "\n"
    try write(text)
    let result = try expand("--plan", "p.toml")
    #expect(result.status == status, "\(entry): \(result.errors)")
    for part in parts { #expect(result.errors.contains(part), "\(entry): \(result.errors)") }
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(try folder.names == ["p.toml", "s.onnx"])
  }

  @Test func `flags that an entry leaves to hold are the ones to change`() throws {
    try write("[[node]]\nindex = 0\n")
    let result = try expand("--plan", "p.toml", "-r", "0.5", "--conv", "cl")
    #expect(result.status == 64, "\(result.errors)")
    #expect(result.errors.contains("node '/conv1/Conv' (0); add -r 1, or --init random"))
  }

  @Test func `a plan is a file of text, and chooses the nodes itself`() throws {
    #expect(try expand("--plan", "nowhere.toml").status == 66)
    for bytes in [Data([0xFF, 0xFE]), Data("a\u{0}b".utf8)] {
      try bytes.write(to: folder.url.appendingPathComponent("p.toml"))
      #expect(try expand("--plan", "p.toml").status == 65)
    }
    try write("node = 3")
    #expect(try expand("--plan", "p.toml").status == 65)
    try write("")
    #expect(try expand("--plan", "p.toml", "--include", "*").status == 64)
    #expect(try expand("--plan-out", "s.onnx").status == 64)
    let empty = try expand("--plan", "p.toml", "-o", "t.onnx")
    #expect(empty.status == 0 && empty.errors.contains("nothing was expanded"))
    #expect(
      try Data(contentsOf: folder.url.appendingPathComponent("t.onnx"))
        == Data(contentsOf: folder.url.appendingPathComponent("s.onnx")))
  }

  @Test func `the plan that is written may not be the one that is read`() throws {
    try write("[[node]]\nindex = 0\n")
    let plan = folder.url.appendingPathComponent("p.toml")
    let before = try Data(contentsOf: plan)
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: folder.path("soft.toml"), withDestinationPath: "p.toml")
    try manager.linkItem(atPath: plan.path, toPath: folder.path("hard.toml"))
    for path in ["p.toml", "./p.toml", plan.path, "soft.toml", "hard.toml"] {
      let result = try expand("--plan", "p.toml", "--plan-out", path)
      #expect(result.status == 64, "\(path): \(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      #expect(result.errors.contains("would overwrite the input p.toml"), "\(result.errors)")
      #expect(result.errors.contains("--plan-out"))
    }
    #expect(try Data(contentsOf: plan) == before)
    #expect(try expand("--plan", "p.toml", "--plan-out", "q.toml").status == 0)
  }

  @Test func `a pattern that matches nothing is refused with the closest names`() throws {
    for command in ["expand", "inspect"] {
      for (flag, pattern) in [("--include", "*/conv9/*"), ("--exclude", "/cnov3/Conv")] {
        let result = try CommandLineTool.run(command, "s.onnx", flag, pattern, in: folder.url)
        #expect(result.status == 64)
        #expect(result.errors.contains("\(flag) '\(pattern)'"))
        #expect(result.errors.contains("closest names are '/conv"), "\(result.errors)")
      }
    }
    #expect(try folder.names == ["s.onnx"])
  }

  @Test(arguments: ["0", "-1", "-inf", "nan", "inf", "1e999"])
  func `a rate that is no rate is refused with one that works`(rate: String) throws {
    for command in ["expand", "inspect"] {
      let result = try CommandLineTool.run(command, "s.onnx", "-r", rate, in: folder.url)
      #expect(result.status == 64, "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1)
      #expect(result.errors.contains("-r 4"))
    }
  }
}
