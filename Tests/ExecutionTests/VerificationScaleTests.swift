import Execution
import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Networks whose numbers are of very different sizes, or very small.
@Suite struct VerificationScaleTests {
  /// A convolution of 3 channels to 4 on images, or of 48 numbers to 4 classes, whose weights are
  /// times `scales`.
  private func model(isImage: Bool, scales: [Float]) throws -> Model {
    var sketch = ModelSketch(input: isImage ? [4, 3, 6, 6] : [4, 48])
    let each = isImage ? [3, 3, 3] : [48]
    let tensor = sketch.tensor([scales.count] + each)
    let inner = each.reduce(1, *)
    let elements = (tensor.floats ?? []).enumerated().map { $1 * scales[$0 / inner] }
    sketch.builder.addInitializer("w", Initializer(Tensor(elements, shape: tensor.shape)))
    if isImage {
      sketch.node("n", "Conv", ["x", "w"], ["y"], ["pads": .ints([1, 1, 1, 1])])
    } else {
      sketch.node("n", "Gemm", ["x", "w"], ["y"], ["transB": .int(1)])
    }
    return try sketch.model()
  }

  /// The elements of channel 2 of the weight, mapped.
  private func changing(_ graph: Graph, _ change: (Float) -> Float) throws -> Graph {
    let parameter = try #require(graph.parameters(input: 1).first)
    let inner = parameter.tensor.elementCount / 4
    return try graph.changing(parameter) { $0 / inner == 2 ? change($1) : $1 }
  }

  /// What is off by a tenth is off by 10⁵ roundings, and a channel's tolerance is some 10³ of them;
  /// times 10⁻⁹ it is far below one rounding of the other channels.
  @Test(arguments: [true, false])
  func `a channel that is a billion times smaller than others is compared by itself`(
    isImage: Bool
  ) throws {
    let graph = try model(isImage: isImage, scales: [1, 1, 1e-9, 1]).graph
    for change in [{ $0 * 1.1 }, { -$0 }, { _ in 0 }] as [(Float) -> Float] {
      let report = try compare(graph, changing(graph, change))
      let row = try #require(report.worst)
      #expect(!report.passed)
      #expect(row.failsByChannel && row.channel.index == 2)
      #expect(row.maxAbsoluteError <= row.tolerance, "the output as a whole hides it")
      #expect(row.channel.maxAbsoluteError == row.maxAbsoluteError)
    }
  }

  /// The next Float is two roundings away at most, all terms of a sum in one direction: 2K roundings
  /// together where a channel's tolerance is some 10³ deviations.
  @Test(arguments: [true, false])
  func `a small channel may differ by its own roundings`(isImage: Bool) throws {
    let graph = try model(isImage: isImage, scales: [1, 1, 1e-9, 1]).graph
    let report = try compare(graph, changing(graph, \.nextUp))
    #expect(report.passed, "\(report)")
    #expect(report.rows.allSatisfy { $0.channel.tolerance <= $0.tolerance })
  }

  /// Factors are stored rounded in parts of the kernel's largest weight (see `PreserveBound`), which
  /// the expanded network's own roundings explain, whatever the size of a channel.
  @Test(
    arguments: [[1, 1, 1e-9, 1], [1e6, 1, 0, 1], [0x1p-139, 0x1p-139, 0x1p-139, 0x1p-139]]
      as [[Float]])
  func `networks of any scale pass with their expansion and its contraction`(
    scales: [Float]
  ) throws {
    let model = try model(isImage: true, scales: scales)
    let (expanded, report) = try Expander(.some(.cl, fullyConnected: 0)).expand(model)
    #expect(report.unitCount == 1)
    let (contracted, _) = try Contractor().contract(expanded)
    for (a, b) in [(model, expanded), (expanded, contracted)] {
      let comparison = try compare(a.graph, b.graph)
      #expect(comparison.passed, "\(scales): \(comparison)")
    }
  }

  /// Weights of about 2⁻¹³⁹ are some 1,000 of the smallest number, and each is off by half of it.
  @Test(arguments: [true, false])
  func `a channel of subnormal weights that is doubled or dropped is found`(isImage: Bool) throws {
    let graph = try model(isImage: isImage, scales: [Float](repeating: 0x1p-139, count: 4)).graph
    for change in [{ $0 * 2 }, { _ in 0 }] as [(Float) -> Float] {
      #expect(try !compare(graph, changing(graph, change)).passed)
    }
  }
}
