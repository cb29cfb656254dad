import Foundation
import TestSupport
import Testing

@Suite struct TerminalTests {
  @Test func `a table fits the terminal, and keeps all of its text in a pipe`() throws {
    let model = Fixture.model("smallnet7-train").path
    let wide = try CommandLineTool.run("inspect", model).output
    #expect(wide.split(separator: "\n").contains { $0.count > 100 })
    #expect(!wide.contains("…"))

    let terminal = try PseudoTerminal(columns: 64)
    let narrow = try terminal.output(of: ["inspect", model])
    let rows = narrow.split(whereSeparator: \.isNewline).dropFirst()
    #expect(rows.count > 16)
    // The first line and the last are sentences.
    #expect(rows.dropLast().allSatisfy { $0.count <= 64 }, "\(narrow)")
    #expect(narrow.contains("…") && narrow.contains("66,186"))
  }

  /// On 80 columns the library's names of its implementations make way, and nodes can be told apart.
  @Test func `a plan fits the terminal, and keeps all of its text in a pipe`() throws {
    let folder = try ScratchFolder()
    for arguments in [
      ["zoo", "smallnet", "--kernel", "7", "-o", "s.onnx"], ["expand", "s.onnx", "-o", "e.onnx"],
    ] {
      #expect(try CommandLineTool.run(arguments, in: folder.url).status == 0)
    }
    let inspect = ["inspect", folder.path("e.onnx"), "--plan", "--batch-size", "4"]
    let wide = try CommandLineTool.run(inspect).output
    let steps = wide.split(separator: "\n").filter { $0.first { $0 != " " }?.isNumber == true }
    #expect(steps.contains { $0.count > 80 } && !steps.contains { $0.contains("…") })
    let narrow = try PseudoTerminal(columns: 80).output(of: inspect)
    let rows = narrow.split(whereSeparator: \.isNewline)
    #expect(rows.count == wide.split(whereSeparator: \.isNewline).count)
    // The first line names the file.
    #expect(rows.dropFirst().allSatisfy { $0.count <= 80 }, "\(narrow)")
    for number in 1...3 { #expect(rows.contains { $0.contains("/conv\(number)") }) }
  }

  @Test func `progress shows on a terminal alone, and only where nobody asked for quiet`() throws {
    let folder = try ScratchFolder()
    let model = folder.path("s.onnx")
    _ = try CommandLineTool.run("zoo", "smallnet", "--kernel", "3", "-o", model)
    let training = ["train", model, "--data", "shapes:train=512,test=10", "--epochs", "2"]
    let terminal = try PseudoTerminal(columns: 100)
    #expect(try terminal.errors(of: training).contains("images/s"))
    #expect(try PseudoTerminal(columns: 100).errors(of: training + ["-q"]).isEmpty)
    let piped = try CommandLineTool.run(training)
    #expect(piped.status == 0)
    #expect(piped.errors.isEmpty)
  }

  @Test func `names cannot command the terminal`() throws {
    let folder = try ScratchFolder()
    var bytes = try Data(contentsOf: Fixture.model("smallnet7-train"))
    while let name = bytes.range(of: Data("/0/Conv".utf8)) {
      bytes.replaceSubrange(name, with: Data("/0/\u{1B}[2J".utf8))
    }
    try bytes.write(to: folder.url.appendingPathComponent("s.onnx"))
    let result = try CommandLineTool.run("inspect", "s.onnx", in: folder.url)
    #expect(result.status == 0)
    #expect(!result.output.contains("\u{1B}"))
    #expect(result.output.contains("/0/\u{FFFD}[2J"))
  }

  @Test func `verbose says what the command took, and quiet nothing`() throws {
    let model = Fixture.model("smallnet3-train").path
    let verbose = try CommandLineTool.run("inspect", model, "-v")
    #expect(verbose.errors.contains("MiB"))
    let quiet = try CommandLineTool.run("inspect", model, "-q")
    #expect(quiet.output.isEmpty && quiet.errors.isEmpty)
  }
}
