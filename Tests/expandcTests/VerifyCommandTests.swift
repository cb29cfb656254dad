import Foundation
import TensorCore
import TestSupport
import Testing

@Suite struct VerifyCommandTests {
  let folder: ScratchFolder
  let compact = Fixture.model("smallnet5-train").path

  init() throws {
    folder = try ScratchFolder()
    let expanded = try CommandLineTool.run(
      "expand", compact, "-r", "1", "-o", "e.onnx", in: folder.url)
    try #require(expanded.status == 0, "\(expanded.errors)")
  }

  @Test func `an expanded network passes, with the figures for machines`() throws {
    let result = try CommandLineTool.run("verify", compact, "e.onnx", "--json", in: folder.url)
    #expect(result.status == 0)
    let json = try result.json()
    #expect(json["passed"] as? Bool == true)
    #expect(json["argmaxAgreement"] as? Double == 1)
    let tolerance = try #require(json["tolerance"] as? Double)
    let error = try #require(json["maxAbsoluteError"] as? Double)
    #expect(error > 0 && error <= tolerance)
    #expect(json["maxULP"] is Int)
    let kinds = (json["rows"] as? [[String: Any]])?.map { $0["inputs"] as? String }
    #expect(kinds == ["normal", "border", "constant"])
  }

  /// SmallNet 5×5: convolution and normalisation three times, two products; at r = 1 two factors
  /// more for each of the first four. The most terms: 512 inputs of the hidden layer, or 16 channels
  /// of 25 taps, and a bias.
  @Test func `verbose shows what a tolerance is made of`() throws {
    let result = try CommandLineTool.run("verify", compact, "e.onnx", "-v", in: folder.url)
    #expect(result.output.contains("up to 8 sums in a row, of up to 513 terms"))
    #expect(result.output.contains("up to 16 sums in a row, of up to 513 terms"))
    let json = try CommandLineTool.run("verify", compact, "e.onnx", "--json", in: folder.url).json()
    #expect(json["depth"] as? [Int] == [8, 16])
    #expect(json["terms"] as? [Int] == [513, 513])
    for row in try #require(json["rows"] as? [[String: Any]]) {
      let roundings = try #require(row["roundings"] as? [Double])
      let times = try #require(row["toleranceDeviations"] as? Double)
      let tolerance = try #require(row["tolerance"] as? Double)
      let sum = (roundings[0] * roundings[0] + roundings[1] * roundings[1]).squareRoot()
      // Four Doubles are rounded on the way.
      #expect(abs(times * sum / tolerance - 1) < 16 * Double.ulpOfOne)
      #expect(roundings.allSatisfy { $0 > 0 } && times > 7 && times < 9)
    }
  }

  @Test func `fresh weights fail with status 1 and a table`() throws {
    _ = try CommandLineTool.run(
      "expand", compact, "--init", "random", "-o", "r.onnx", in: folder.url)
    let result = try CommandLineTool.run("verify", compact, "r.onnx", in: folder.url)
    #expect(result.status == 1)
    #expect(result.output.contains("differ by more than rounding can explain"))
    #expect(result.errors.isEmpty)
  }

  @Test func `a given input takes the place of the generated ones`() throws {
    let input = Fixture.input("smallnet5-train").path
    for argument in [input, "input=\(input)"] {
      let result = try CommandLineTool.run(
        "verify", compact, "e.onnx", "--input", argument, "--json", in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect((try result.json()["rows"] as? [[String: Any]])?.count == 1)
    }
  }

  /// The compact network's largest output is PyTorch's up to 1e-5 of it, the tolerance of
  /// `FixtureOutputTests`, and the expanded one's is that up to the relative error; the factor 2 is
  /// for terms of second order.
  @Test func `the relative error is the absolute one in parts of the largest output`() throws {
    let input = Fixture.input("smallnet5-train").path
    let json = try CommandLineTool.run(
      "verify", compact, "e.onnx", "--input", input, "--json", in: folder.url
    ).json()
    let outputs = try NumPyFile.read(Fixture.output("smallnet5-train").path).floats ?? []
    let largest = Double(try #require(outputs.map(\.magnitude).max()))
    let absolute = try #require(json["maxAbsoluteError"] as? Double)
    let relative = try #require(json["maxRelativeError"] as? Double)
    #expect(absolute > 0)
    #expect(abs(relative * largest / absolute - 1) <= 2 * (1e-5 + relative))
  }

  @Test func `networks that take other images are not compared, and both shapes named`() throws {
    let other = Fixture.model("unet-tiny-train").path
    let result = try CommandLineTool.run("verify", compact, other, in: folder.url)
    #expect(result.status == 65)
    #expect(result.errors.contains("3×32×32") && result.errors.contains("3×32×48"))
    let shape = try CommandLineTool.run(
      "verify", compact, "e.onnx", "--input-shape", "input=1,4,32,32", in: folder.url)
    #expect(shape.status == 65)
    #expect(shape.errors.contains("3×32×32") && shape.errors.contains("1×4×32×32"))
    let name = try CommandLineTool.run(
      "verify", compact, "e.onnx", "--input-shape", "image=1,3,32,32", in: folder.url)
    #expect(name.status == 64)
    #expect(name.errors.contains("'input'"))
  }
}
