import Execution
import Foundation
import Kernels
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Execution plans` {
  private func training(_ name: String, batchSize: Int) throws -> (Session, ClassificationRun) {
    let graph = try ONNXFile.read(Fixture.model(name).path).graph
    let session = try Session(graph)
    let dimensions = try #require(graph[graph.requiredInputs[0]].declaredType?.dimensions)
    let image = dimensions.dropFirst().compactMap(\.extent)
    return (
      session,
      try session.classification(batchSize: batchSize, imageShape: image, isTraining: true)
    )
  }

  /// A buffer is alive from the first step that touches it to the last, a result to the end, and what
  /// is held always.
  @Test(arguments: ["smallnet3-train", "shuffle-train", "expanded-ck-r2-fc-r1-train"])
  func `the buffers of a training step never overlap while alive`(name: String) throws {
    let plan = try training(name, batchSize: 3).1.executor.plan
    var lives = [ClosedRange<Int>?](repeating: nil, count: plan.buffers.count)
    for (index, step) in plan.steps.enumerated() {
      for buffer in step.reads + step.writes {
        lives[buffer.index] = (lives[buffer.index]?.lowerBound ?? index)...index
      }
    }
    var placed: [(bytes: Range<Int>, steps: ClosedRange<Int>)] = []
    for (index, buffer) in plan.buffers.enumerated() {
      guard let offset = plan.offsets[index] else { continue }
      let bytes = offset..<offset + buffer.byteCount
      #expect(bytes.upperBound <= plan.arenaByteCount)
      switch buffer.storage {
      case .transient:
        guard let steps = lives[index] else { continue }
        placed.append((bytes, steps))
      case .result: placed.append((bytes, (lives[index]?.lowerBound ?? 0)...plan.steps.count))
      default: placed.append((bytes, 0...plan.steps.count))
      }
    }
    #expect(placed.count > 20)
    for (i, a) in placed.enumerated() {
      for b in placed[..<i] where a.steps.overlaps(b.steps) {
        #expect(!a.bytes.overlaps(b.bytes), "\(a) and \(b)")
      }
    }
  }

  /// The first convolution has 8 channels, half a vector of 512 bits. The gradient by what the second
  /// one reads has as many, but an odd number of columns.
  @Test func `narrow convolutions compute two columns at once where vectors are wide`() throws {
    let plan = try training("smallnet3-train", batchSize: 2).1.executor.plan
    var isWide = false
    var packed: [Name] = []
    for step in plan.steps {
      if case .primitive(let primitive, _) = step.work, step.name.hasPrefix("convolution") {
        isWide = isWide || primitive.vectorWidth == .bits512
      }
      if step.name == "packedColumns" { packed.append(plan.computation.nodes[step.node].origin) }
    }
    #expect(Set(packed) == (isWide ? ["/0/Conv"] : []))
  }

  /// For a window that is larger than the image the library's gradient computes whole blocks of
  /// channels for each one; where channels don't fill blocks there is no loop that does better.
  @Test(arguments: [(32, 2, 1), (32, 3, 0), (24, 2, 0)])
  func `depthwise convolutions of small images have a loop for their weights' gradient`(
    channels: Int, extent: Int, loops: Int
  ) throws {
    var sketch = ModelSketch(input: [nil, 3, extent, extent])
    sketch.constant("u", [channels, 3, 1, 1])
    sketch.constant("w", [channels, 1, 3, 3])
    sketch.node("widen", "Conv", ["x", "u"], ["a"])
    sketch.node(
      "depthwise", "Conv", ["a", "w"], ["b"],
      ["group": .int(channels), "pads": .ints([1, 1, 1, 1])])
    sketch.node("flatten", "Flatten", ["b"], ["y"])
    let session = try Session(try sketch.model().graph)
    let run = try session.classification(
      batchSize: 2, imageShape: [3, extent, extent], isTraining: true)
    let plan = run.executor.plan
    let steps = plan.steps.filter { $0.name == "depthwiseBackwardWeights" }
    #expect(
      steps.map { plan.computation.nodes[$0.node].origin }
        == Array(repeating: "depthwise", count: loops))
  }

  /// The stem's source is the image, which nothing trains.
  @Test(arguments: ["smallnet3-train", "expanded-ck-r2-fc-r1-train"])
  func `no step computes the gradient by the image`(name: String) throws {
    let nodes = try training(name, batchSize: 2).1.executor.plan.computation.nodes
    let convolutions = nodes.filter { $0.action.name == "convolution" }.map(\.origin)
    func origins(_ name: String) -> [Name] {
      nodes.filter { $0.action.name == name }.map(\.origin)
    }
    #expect(Set(origins("convolution.gradient.weights")) == Set(convolutions))
    #expect(Set(origins("convolution.gradient.data")) == Set(convolutions.dropFirst()))
  }

  @Test func `the same batch gives the same gradients, bit for bit`() throws {
    func gradients(_ run: ClassificationRun) throws -> [[UInt32]] {
      var generator = SeededGenerator(seed: 5)
      for index in run.images.indices { run.images[index] = Float(generator.normal()) }
      for index in run.labels.indices { run.labels[index] = Int32(index % run.classes) }
      _ = try run()
      return run.parameters.indices.map { run.gradient($0).map(\.bitPattern) }
    }
    let (session, run) = try training("smallnet3-train", batchSize: 8)
    let first = try gradients(run)
    #expect(first.contains { $0.contains { $0 != 0 } })
    #expect(try gradients(run) == first)
    let again = try training("smallnet3-train", batchSize: 8)
    #expect(try gradients(again.1) == first)
    withExtendedLifetime((session, again.0)) {}
  }
}
