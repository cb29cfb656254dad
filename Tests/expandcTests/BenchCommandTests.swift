import Foundation
import Testing

@Suite struct BenchCommandTests {
  let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    _ = try CommandLineTool.run("zoo", "smallnet", "--kernel", "7", "-o", "s.onnx", in: folder.url)
  }

  private func bench(_ arguments: String...) throws -> CommandLineTool.Result {
    let result = try CommandLineTool.run(
      ["bench"] + arguments + ["--batch-size", "4", "--steps", "4"], in: folder.url)
    try #require(result.status == 0, "\(result.errors)")
    return result
  }

  @Test func `the report has its keys, and its figures belong together`() throws {
    let report = try bench("s.onnx", "-r", "2", "-r", "4", "--conv", "cl", "--fc", "0", "--json")
      .json()
    let rows = ["compact", "materialized", "online", "inference"]
    for name in rows {
      let row = try #require(report[name] as? [String: Any], "\(name)")
      func figure(_ key: String) throws -> Double {
        try #require(row[key] as? Double, "\(name).\(key)")
      }
      let (median, minimum) = (try figure("medianSeconds"), try figure("minSeconds"))
      #expect(minimum > 0 && minimum <= median)
      let imagesPerSecond = try figure("imagesPerSecond")
      #expect(abs(imagesPerSecond * median - 4) < 1e-9)
      let parts = try ["arenaBytes", "parameterBytes", "velocityBytes"].map(figure)
      let peak = try figure("peakBytes")
      #expect(peak == parts.reduce(0, +))
      let shares = try ["outsideShare", "transformShare", "reorderShare"].map(figure)
      #expect(shares.allSatisfy { (0...1).contains($0) })
      let costliest = try #require(row["costliest"] as? [[String: Any]])
      #expect(costliest.count == 5)
      let times = costliest.compactMap { $0["seconds"] as? Double }
      #expect(times == times.sorted(by: >) && times.count == 5)
    }
    let rates = try #require(report["rates"] as? [[String: Any]])
    #expect(rates.map { $0["rate"] as? Double } == [2, 4])
    #expect(rates.map { $0["units"] as? Int } == [3, 3])
  }

  /// The three convolutions make 3·8·49·32² + 8·16·49·16² + 16·32·49·8² multiply-accumulates an
  /// image, the two products 512·64 + 64·10. Each counts three times, for the output, for the
  /// gradient of the weight and for that of the input, which the first doesn't need.
  @Test func `operations are those of the definition`() throws {
    let report = try bench("s.onnx", "--conv", "none", "--fc", "0", "--json").json()
    let row = try #require(report["compact"] as? [String: Any])
    let rate = try #require(row["gigaflopsPerSecond"] as? Double)
    let seconds = try #require(row["medianSeconds"] as? Double)
    let first = 3 * 8 * 49 * 32 * 32
    let others = 8 * 16 * 49 * 256 + 16 * 32 * 49 * 64 + 512 * 64 + 64 * 10
    let operations = Double(2 * 4 * (2 * first + 3 * others))
    #expect(abs(rate * 1e9 * seconds / operations - 1) < 1e-9)
    #expect(report["materialized"] == nil || report["materialized"] is NSNull)
  }

  @Test func `an expanded model is compared with what it contracts to`() throws {
    _ = try CommandLineTool.run("expand", "s.onnx", "-q", in: folder.url)
    let (expanded, compact) = (
      try bench("s.expanded.onnx", "--json").json(),
      try bench("s.onnx", "--conv", "none", "--fc", "0", "--json").json()
    )
    func parameters(_ report: [String: Any]) -> Int? {
      (report["compact"] as? [String: Any])?["parameterBytes"] as? Int
    }
    #expect(parameters(expanded) != nil && parameters(expanded) == parameters(compact))
    let rates = try #require(expanded["rates"] as? [[String: Any]])
    #expect(rates.map { $0["units"] as? Int } == [4])
    let again = try CommandLineTool.run("bench", "s.expanded.onnx", "-r", "2", in: folder.url)
    #expect(again.status == 64)
    #expect(again.errors.contains("leave out -r"))
  }

  @Test func `the tables fit 80 columns`() throws {
    let text = try bench("s.onnx", "-r", "2.5").output
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(text.contains("r = 2.5 materialized"))
  }
}
