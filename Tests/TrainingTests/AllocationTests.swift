import CAllocationCount
import Execution
import Foundation
import Kernels
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing
import Training

@Suite struct `Allocations` {
  /// By the thread that takes the steps, since each counts its own. What the library allocates to run
  /// a primitive (a table of the arguments each time) is counted by running the same primitives
  /// without a plan.
  @Test(
    arguments: ["smallnet3-train", "depthwise-train", "expanded-ck-r2-fc-r1-train"], [1, 2])
  func `a step after the first allocates only what the library does`(
    name: String, threads: Int
  ) throws {
    let graph = try ONNXFile.read(Fixture.model(name).path).graph
    try check(Session(graph, threads: threads), batchSize: 4, extent: 32)
  }

  /// With more elements than a core takes at a time in every loop.
  @Test(arguments: [1, 2])
  func `nor do the loops beside the library's primitives`(threads: Int) throws {
    var sketch = ModelSketch(input: [nil, 3, 32, 32])
    sketch.constant("u", [64, 3, 1, 1])
    sketch.constant("slope", [64, 1, 1])
    sketch.constant("w", [64, 64, 7, 7])
    sketch.constant("d", [64, 1, 3, 3])
    sketch.builder.addInitializer(
      "scales", Initializer(Tensor([1, 1, 1.25, 1.25] as [Float], shape: [4])))
    sketch.node("widen", "Conv", ["x", "u"], ["a"])
    sketch.node("pointwise", "Erf", ["a"], ["b"])
    sketch.node("pair", "PRelu", ["b", "slope"], ["c"])
    sketch.node("response", "LRN", ["c"], ["e"], ["size": .int(5)])
    sketch.node("line", "LogSoftmax", ["e"], ["f"], ["axis": .int(1)])
    sketch.node("dropout", "Dropout", ["f"], ["g"])
    sketch.node("spectra", "Conv", ["g", "w"], ["h"], ["pads": .ints([3, 3, 3, 3])])
    sketch.node("axes", "Resize", ["h", "", "scales"], ["i"], ["mode": .string("cubic")])
    sketch.node("mean", "GlobalAveragePool", ["i"], ["j"])
    sketch.node(
      "depthwise", "Conv", ["j", "d"], ["k"],
      ["group": .int(64), "pads": .ints([1, 1, 1, 1])])
    sketch.node("flatten", "Flatten", ["k"], ["y"])
    let session = try Session(try sketch.model().graph, threads: threads)
    let steps = try check(session, batchSize: 16, extent: 32)
    let loops = [
      "pointwise", "pointwise.gradient", "pairwise", "pairwise.gradient", "localResponse",
      "localResponse.gradient", "logSoftmax", "logSoftmax.gradient", "dropout", "axisMap",
      "depthwiseBackwardWeights",
    ]
    #expect(Set(steps).isSuperset(of: loops), "\(Set(steps).sorted())")
  }

  /// Expects that the second of two steps allocates nothing, and returns what a step runs.
  @discardableResult
  private func check(_ session: Session, batchSize: Int, extent: Int) throws -> [String] {
    let run = try session.classification(
      batchSize: batchSize, imageShape: [3, extent, extent], isTraining: true)
    let plan = run.executor.plan
    let names = plan.steps.map(\.name)
    guard allocation_count() >= 0 else { return names }
    for index in run.images.indices { run.images[index] = Float(index % 17) / 16 }
    for index in run.labels.indices { run.labels[index] = Int32(index % run.classes) }
    let optimizer = Optimizer(session)
    let descent = StochasticGradientDescent(learningRate: 0.01, momentum: 0.9)
    func step() throws -> (ofRun: Int64, ofDescent: Int64) {
      let start = allocation_count()
      _ = try run()
      let middle = allocation_count()
      optimizer.step(run, by: descent)
      return (middle - start, allocation_count() - middle)
    }
    let first = try step()
    let second = try step()
    let alone = try allocations(of: plan, on: session.engine)
    // The first step makes room for the velocities: the count counts.
    #expect(first.ofDescent >= run.parameters.count)
    #expect(second.ofRun == alone)
    #expect(second.ofDescent == 0)
    return names
  }

  /// How often running the plan's primitives allocates, each on memory of its own.
  private func allocations(
    of plan: ExecutionPlan, on engine: ComputeEngine
  ) throws -> Int64 {
    var count: Int64 = 0
    for step in plan.prologue + plan.steps {
      guard case .primitive(let primitive, _) = step.work else { continue }
      let memory = primitive.layouts.map { role, layout in
        (role, UnsafeMutableRawPointer.allocate(byteCount: layout.byteCount, alignment: 64))
      }
      defer { for (_, pointer) in memory { pointer.deallocate() } }
      for (role, pointer) in memory {
        pointer.initializeMemory(
          as: UInt8.self, repeating: 0, count: primitive.layouts[role]?.byteCount ?? 0)
      }
      let bound = try primitive.bind(memory, engine)
      try bound.execute()
      let start = allocation_count()
      try bound.execute()
      count += allocation_count() - start
    }
    return count
  }
}
