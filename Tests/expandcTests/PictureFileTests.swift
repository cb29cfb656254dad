import Foundation
import TestSupport
import Testing

@Suite struct PictureFileTests {
  let folder: ScratchFolder
  let model = Fixture.model("smallnet7-train").path

  init() throws { folder = try ScratchFolder() }

  /// Markup, quotes, a byte that is not UTF-8, a control character, a backslash.
  @Test func `names cannot break out of a picture`() throws {
    var bytes = try Data(contentsOf: Fixture.model("smallnet7-train"))
    let hostile = Data([0x3C, 0x26, 0x22, 0xFF, 0x01, 0x5C, 0x3E])
    while let name = bytes.range(of: Data("/0/Conv".utf8)) {
      bytes.replaceSubrange(name, with: hostile)
    }
    try bytes.write(to: folder.url.appendingPathComponent("s.onnx"))
    let result = try CommandLineTool.run(
      "inspect", "s.onnx", "--svg", "s.svg", "--dot", "s.dot", in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let picture = try SVGReader(path: folder.path("s.svg"))
    #expect(picture.boxes.contains { $0.note.contains("Conv <&\"\u{FFFD}\u{FFFD}\\>, writes") })
    let dot = try String(contentsOfFile: folder.path("s.dot"), encoding: .utf8)
    #expect(dot.contains("Conv <&amp;\\\"\u{FFFD}\u{FFFD}\\\\>, writes"))
    #expect(Self.depth(ofDot: dot) == 0)
  }

  /// The braces that are open at the end, outside quoted strings; nil where a string is.
  private static func depth(ofDot text: String) -> Int? {
    var (depth, isQuoted, isEscaped) = (0, false, false)
    for character in text {
      if isEscaped {
        isEscaped = false
      } else if isQuoted {
        if character == "\\" { isEscaped = true }
        if character == "\"" { isQuoted = false }
      } else if character == "\"" {
        isQuoted = true
      } else if character == "{" {
        depth += 1
      } else if character == "}" {
        depth -= 1
      }
    }
    return isQuoted ? nil : depth
  }

  @Test func `Graphviz gets every node, and a cluster for each unit`() throws {
    let expanded = try CommandLineTool.run(
      "expand", model, "-r", "1", "-o", "e.onnx", in: folder.url)
    try #require(expanded.status == 0, "\(expanded.errors)")
    let dot = try CommandLineTool.run(
      "inspect", "e.onnx", "--dot", "-", "-q", in: folder.url
    ).output
    let nodes = try CommandLineTool.run("inspect", "e.onnx", "--json", in: folder.url).json()
    let count = try #require(nodes["nodes"] as? [Any]).count
    let lines = dot.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(
      lines.count { $0.hasPrefix("n") && $0.contains(" [label=") && !$0.contains("->") }
        == count + 2)
    #expect(lines.count { $0.hasPrefix("subgraph cluster_") } == 4)
    // A chain: one line for each node but the last.
    #expect(lines.count { $0.contains(" -> ") } == count + 1)
    #expect(Self.depth(ofDot: dot) == 0)
  }

  @Test func `the same model gives the same bytes, in a file and on standard output`() throws {
    let first = try CommandLineTool.run("inspect", model, "--svg", "a.svg", in: folder.url)
    #expect(first.status == 0 && first.output.contains("66,186"))
    let second = try CommandLineTool.run("inspect", model, "--svg", "-", in: folder.url)
    #expect(second.status == 0 && second.errors.contains("66,186"))
    #expect(Data(second.output.utf8) == (try Data(contentsOf: folder.url.appending(path: "a.svg"))))
  }

  @Test func `a picture never takes the place of a model, and comes whole or not at all`() throws {
    let name = "m.onnx"
    try FileManager.default.copyItem(atPath: model, toPath: folder.path(name))
    let bytes = try Data(contentsOf: folder.url.appending(path: name))
    for arguments in [
      ["inspect", name, "--svg", name], ["inspect", name, "--dot", name],
      ["diff", name, model, "--svg", name],
    ] {
      let result = try CommandLineTool.run(arguments, in: folder.url)
      #expect(result.status == 64 && result.errors.contains("overwrite"), "\(arguments)")
    }
    #expect(try Data(contentsOf: folder.url.appending(path: name)) == bytes)
    let nowhere = try CommandLineTool.run(
      "inspect", name, "--svg", "missing/p.svg", in: folder.url)
    #expect(nowhere.status == 73 && nowhere.errors.contains("missing/p.svg"))
    let both = try CommandLineTool.run(
      "inspect", name, "--svg", "p", "--dot", "p", in: folder.url)
    #expect(both.status == 64)
    #expect(try folder.names == [name])
  }
}
