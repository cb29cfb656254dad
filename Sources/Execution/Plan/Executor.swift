import Foundation
import Kernels
import NetworkIR
import TensorCore

/// Runs a plan in one arena. Allocates when made, never in a run.
package final class Executor {
  package let plan: ExecutionPlan
  private let store: ParameterStore
  private let arena: UnsafeMutableRawPointer
  private var work: [Work] = []
  private var prologue: [Work] = []
  private var preparedVersion: Int?

  private enum Work {
    case primitive(BoundPrimitive)
    case native([UnsafeMutableRawPointer], PlannedStep.Native)
  }

  init(_ plan: ExecutionPlan, store: ParameterStore, engine: ComputeEngine) throws(ExecutionError) {
    self.plan = plan
    self.store = store
    var memory: UnsafeMutableRawPointer?
    // posix_memalign reports what `allocate` would trap on.
    guard posix_memalign(&memory, ArenaPlacement.alignment, max(plan.arenaByteCount, 64)) == 0,
      let memory
    else { throw .outOfMemory(bytes: plan.arenaByteCount) }
    LargeAllocation.advise(UnsafeRawBufferPointer(start: memory, count: plan.arenaByteCount))
    arena = memory
    for (buffer, offset) in zip(plan.buffers, plan.offsets) {
      guard case .constant(let tensor) = buffer.storage, let offset else { continue }
      tensor.storage.withBytes {
        guard let bytes = $0.baseAddress else { return }
        (arena + offset).copyMemory(from: bytes, byteCount: $0.count)
      }
    }
    prologue = try bind(plan.prologue, engine)
    work = try bind(plan.steps, engine)
  }

  deinit { free(arena) }

  /// Runs all steps; the caller has filled the inputs.
  package func run() throws(ExecutionError) {
    try prepare()
    for step in work { try run(step) }
  }

  /// As `run()`, adding each step's time to `profile`, which was made for this plan.
  package func run(profile: inout StepProfile) throws(ExecutionError) {
    try prepare()
    let clock = ContinuousClock()
    for (index, step) in work.enumerated() {
      let start = clock.now
      try run(step)
      profile.add(clock.now - start, toStep: index)
    }
    profile.addRun()
  }

  /// The elements of input `index`, row-major, to be written before a run.
  package func input(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    elements(plan.inputs[index])
  }

  /// The memory of input `index`, for elements of another type than Float.
  func inputBytes(_ index: Int) -> UnsafeMutableRawBufferPointer { bytes(plan.inputs[index]) }

  /// The memory of output `index`, as the last run left it.
  func outputBytes(_ index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(bytes(plan.outputs[index]))
  }

  private func bytes(_ id: Buffer.ID) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: pointer(id), count: plan.buffers[id.index].byteCount)
  }

  /// The elements of output `index`, row-major, as the last run left them.
  package func output(_ index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(elements(plan.outputs[index]))
  }

  /// The gradient of each parameter, as the last run left it; its elements lie as the parameter's do
  /// in the store.
  package func gradient(_ index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(elements(plan.gradients[index].buffer))
  }

  func elements(_ id: Buffer.ID) -> UnsafeMutableBufferPointer<Float> {
    let count = plan.buffers[id.index].byteCount / MemoryLayout<Float>.size
    return UnsafeMutableBufferPointer(
      start: pointer(id).assumingMemoryBound(to: Float.self), count: count)
  }

  private func pointer(_ id: Buffer.ID) -> UnsafeMutableRawPointer {
    if case .parameter(let value) = plan.buffers[id.index].storage {
      return UnsafeMutableRawPointer(store.elements(of: value).baseAddress!)
    }
    return arena + plan.offsets[id.index]!
  }

  private func bind(
    _ steps: [PlannedStep], _ engine: ComputeEngine
  ) throws(ExecutionError) -> [Work] {
    var bound: [Work] = []
    for step in steps {
      switch step.work {
      case .primitive(let primitive, let arguments):
        let pointers = arguments.map { ($0.0, pointer($0.1)) }
        do { bound.append(.primitive(try primitive.bind(pointers, engine))) } catch {
          throw .kernel(error)
        }
      case .native(let buffers, let body): bound.append(.native(buffers.map(pointer), body))
      }
    }
    return bound
  }

  /// Runs the prologue where parameters changed since it last ran.
  func prepare() throws(ExecutionError) {
    guard preparedVersion != store.version else { return }
    for step in prologue { try run(step) }
    preparedVersion = store.version
  }

  func run(stepAt index: Int) throws(ExecutionError) { try run(work[index]) }

  private func run(_ step: Work) throws(ExecutionError) {
    switch step {
    case .primitive(let primitive):
      do { try primitive.execute() } catch { throw .kernel(error) }
    case .native(let pointers, let body): try body(pointers)
    }
  }
}
