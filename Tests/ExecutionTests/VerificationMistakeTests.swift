import Execution
import Expansion
import Foundation
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport
import Testing

extension Node {
  /// A convolution's pads, where it has some of its own.
  fileprivate var pads: [Int]? {
    if case .conv(let conv) = self.operator { conv.window.pads } else { nil }
  }
}

/// What a comparison must not let pass.
@Suite struct VerificationMistakeTests {
  /// Networks whose every node reaches the output; where later nodes shrink what a node computes,
  /// a thousandth of it is less than the rounding of those.
  @Test(arguments: [
    "smallnet3-train", "smallnet5-train", "smallnet7-dynamo", "smallnet7-eval",
    "yolo-lite-tiny-train",
  ])
  func `weights that are off by a thousandth are found, in every node`(name: String) throws {
    let graph = try fixtureGraph(name)
    for parameter in graph.parameters(input: 1) {
      let changed = try graph.changing(parameter) { $1 * 1.001 }
      let comparison = try compare(graph, changed)
      #expect(!comparison.passed, "\(name), \(parameter.node.name): \(comparison)")
    }
  }

  /// A sum of 147 or 27 terms, so that one of them is well above what rounding moves all.
  @Test(arguments: ["smallnet7-dynamo", "yolo-lite-tiny-train"])
  func `a single weight that is off by a thousandth is found`(name: String) throws {
    let graph = try fixtureGraph(name)
    let parameter = try #require(graph.parameters(input: 1).first)
    let largest = (parameter.tensor.floats ?? []).map(\.magnitude).max()
    let changed = try graph.changing(parameter) { $1.magnitude == largest ? $1 * 1.001 : $1 }
    let comparison = try compare(graph, changed)
    #expect(!comparison.passed, "\(name), \(parameter.node.name): \(comparison)")
  }

  @Test(arguments: Fixture.names)
  func `a bias that was dropped is found`(name: String) throws {
    let graph = try fixtureGraph(name)
    let parameter = try #require(graph.parameters(input: 2).first)
    let changed = try graph.changing(parameter) { _, _ in 0 }
    let comparison = try compare(graph, changed)
    #expect(!comparison.passed, "\(name), \(parameter.node.name): \(comparison)")
  }

  /// The released code's mistake: padding on the k×k factor pads the bias of the 1×1 before it away.
  /// Without a bias the two commute, and the change is none.
  @Test(arguments: [
    ("smallnet7-train", true), ("smallnet5-train", true), ("unet-tiny-train", true),
    ("yolo-lite-tiny-train", false),
  ])
  func `padding on the middle factor is found exactly where there is a bias`(
    name: String, isBiased: Bool
  ) throws {
    let model = try ONNXFile.read(Fixture.model(name).path)
    let (expanded, _) = try Expander(.some(.cl, fullyConnected: 0, .random)).expand(model)
    let padded = expanded.graph.convolutions { $0.window.pads?.contains { $0 != 0 } ?? false }
    let first = try #require(padded.first)
    let pads = try #require(first.pads)
    let unpadded = try expanded.graph.changing(first, pads: pads.map { _ in 0 })
    let output = try #require(first.output(0))
    let middle = unpadded[try #require(unpadded.consumers(of: output).first)]
    let moved = try unpadded.changing(middle, pads: pads)
    let comparison = try compare(expanded.graph, moved)
    #expect(comparison.passed != isBiased, "\(name): \(comparison)")
  }

  @Test(arguments: ["depthwise-train", "depthwise-eval-dynamo", "shuffle-train"])
  func `a strided convolution that starts one pixel later is found`(name: String) throws {
    let graph = try fixtureGraph(name)
    let strided = graph.convolutions { $0.window.strides?.contains(2) ?? false }
    #expect(!strided.isEmpty)
    for node in strided {
      let changed = try graph.changing(node, pads: [0, 0, 2, 2])
      let comparison = try compare(graph, changed)
      #expect(!comparison.passed, "\(name), \(node.name): \(comparison)")
    }
  }
}
