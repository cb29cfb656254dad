import Foundation
import TestSupport
import Testing

@Suite struct DiffCommandTests {
  let folder: ScratchFolder
  let compact = Fixture.model("smallnet7-train").path

  init() throws {
    folder = try ScratchFolder()
    let expanded = try CommandLineTool.run(
      "expand", compact, "-r", "1", "--conv", "cl", "-o", "e.onnx", in: folder.url)
    try #require(expanded.status == 0, "\(expanded.errors)")
  }

  private func diff(_ arguments: String...) throws -> CommandLineTool.Result {
    try CommandLineTool.run(["diff"] + arguments, in: folder.url)
  }

  private func lines(_ text: String, _ sign: String) -> [Substring] {
    text.split(separator: "\n").filter { $0.hasPrefix(sign + " ") }
  }

  @Test func `a model is the same as itself`() throws {
    let result = try diff(compact, compact, "--json")
    #expect(result.status == 0)
    let json = try result.json()
    #expect(json["equal"] as? Bool == true)
    for key in ["structure", "metadata", "weights", "units"] {
      #expect((json[key] as? [Any])?.isEmpty == true, "\(key)")
    }
  }

  /// SmallNet 7×7: three convolutions and the hidden Gemm, each three factors at r = 1. The first
  /// has 3·3 + 3·8·49 + 8·8 weights and 3 + 8 + 8 biases.
  @Test func `a unit beside its node is one difference, and machines see all of it`() throws {
    let result = try diff(compact, "e.onnx")
    #expect(result.status == 1)
    let units = lines(result.output, "~")
    #expect(units.count == 4)
    #expect(
      units[0]
        == """
        ~ unit at '/0/Conv_output_0': Conv '/0/Conv' → CL 3→3→8→8; 1 node → 3 nodes; \
        1,184 → \((9 + 1_176 + 64 + 19).formatted(.number.locale(Locale(identifier: "en_US")))) \
        parameters
        """)
    #expect(lines(result.output, "+").count == 1 && lines(result.output, "-").isEmpty)

    let json = try diff(compact, "e.onnx", "--json").json()
    func signs(_ key: String) -> [String?] {
      (json[key] as? [[String: Any]] ?? []).map { $0["sign"] as? String }
    }
    // Eight more nodes; the four that write the old values have other names, inputs, attributes.
    #expect(signs("structure").count { $0 == "+" } >= 8 && !signs("structure").contains("-"))
    // A weight and a bias for each factor, and for each node that they stand for.
    #expect(signs("weights").count { $0 == "+" } == 24)
    #expect(signs("weights").count { $0 == "-" } == 8)
    #expect((json["units"] as? [Any])?.count == 4)
  }

  @Test func `turned round, what was added is missing`() throws {
    let result = try diff("e.onnx", compact)
    let units = lines(result.output, "~")
    #expect(units.count == 4 && units[0].contains("CL 3→3→8→8 → Conv '/0/Conv'; 3 nodes → 1 node"))
    #expect(lines(result.output, "-").count == 1 && lines(result.output, "+").isEmpty)
  }

  @Test func `signs stand before attributes and weights`() throws {
    let result = try diff(Fixture.model("smallnet5-train").path, compact)
    #expect(
      result.output.contains(
        "\n~ attribute 'kernel_shape' at '/0/Conv_output_0': [5, 5] → [7, 7]\n"))
    let weight = lines(result.output, "~").filter { $0.contains("0.weight") }
    #expect(weight.count == 1 && weight[0].contains("float 8×3×5×5 → float 8×3×7×7"))
  }

  @Test func `the summary has a line for each kind, and totals`() throws {
    let result = try diff(compact, "e.onnx", "--stat")
    #expect(result.status == 1)
    let rows = result.output.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
    func row(_ kind: String) -> [String] {
      rows.first { $0.first == kind[...] }.map { $0.suffix(3).map(String.init) } ?? []
    }
    #expect(row("kind") == ["+", "-", "~"])
    #expect(row("units") == ["0", "0", "4"])
    #expect(row("nodes") == ["0", "0", "0"])
    #expect(row("metadata") == ["1", "0", "0"])
    #expect(row("weights") == ["0", "0", "0"])
    #expect(row("total") == ["1", "0", "4"])
    #expect(!result.output.contains("/0/Conv"))
  }

  @Test func `colours and the width are the terminal's, and a pipe has none`() throws {
    let arguments = ["diff", Fixture.model("smallnet5-train").path, compact]
    let piped = try CommandLineTool.run(arguments).output
    #expect(!piped.contains("\u{1B}") && !piped.contains("…"))
    func lines(columns: UInt16) throws -> [String] {
      try PseudoTerminal(columns: columns).output(of: arguments)
        .split(whereSeparator: \.isNewline).map(String.init)
    }
    let wide = try lines(columns: 200)
    #expect(wide.contains { $0.hasPrefix("\u{1B}[33m~ attribute") && $0.hasSuffix("\u{1B}[0m") })
    #expect(wide.contains { $0.hasPrefix("\u{1B}[32m+ attribute") })
    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      let plain = try PseudoTerminal(columns: 200).output(of: arguments, environment: environment)
      #expect(plain.contains("~ attribute") && !plain.contains("\u{1B}"))
    }
    let narrow = try lines(columns: 60).dropLast()
    #expect(narrow.contains { $0.contains("…") })
    for line in narrow {
      let visible = line.replacing(/\u{1B}\[[0-9]+m/, with: "")
      #expect(visible.count <= 60, "\(visible)")
    }
  }
}
