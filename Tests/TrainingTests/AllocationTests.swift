import CAllocationCount
import Execution
import Foundation
import Kernels
import NetworkIR
import ONNXFormat
import TestSupport
import Testing
import Training

@Suite struct `Allocations` {
  /// On one thread, since each counts its own. What the library allocates to run a primitive (a
  /// table of the arguments each time) is counted by running the same primitives without a plan.
  @Test(arguments: ["smallnet3-train", "expanded-ck-r2-fc-r1-train"])
  func `a step after the first allocates only what the library does`(name: String) throws {
    guard allocation_count() >= 0 else { return }
    let graph = try ONNXFile.read(Fixture.model(name).path).graph
    let session = try Session(graph, threads: 1)
    let run = try session.classification(
      batchSize: 4, imageShape: [3, 32, 32], isTraining: true)
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
    let alone = try allocations(of: run.executor.plan, on: session.engine)
    // The first step makes room for the velocities: the count counts.
    #expect(first.ofDescent >= run.parameters.count)
    #expect(second.ofRun == alone)
    #expect(second.ofDescent == 0)
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
