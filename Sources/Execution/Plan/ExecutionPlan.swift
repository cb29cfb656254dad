import Kernels
import NetworkIR

/// What a run does, step by step, and where each buffer lies; immutable.
package struct ExecutionPlan: Sendable {
  package let computation: Computation
  package let steps: [PlannedStep]
  /// Run once, and again when parameters changed.
  package let prologue: [PlannedStep]
  package let buffers: [Buffer]
  /// Offsets in the arena; nil for buffers of the parameter store.
  package let offsets: [Int?]
  package let arenaByteCount: Int
  /// The most bytes of the arena that are alive at one step: no placement could do with less.
  package let peakByteCount: Int
  /// The buffers of inputs, outputs and gradients.
  let inputs: [Buffer.ID]
  let outputs: [Buffer.ID]
  let gradients: [(parameter: Value.ID, buffer: Buffer.ID)]

  /// - Parameter parameterOrder: how tensors of the parameter store lie there.
  init(
    _ computation: Computation, inputs: [Computation.TensorID], propagation: Propagation,
    engine: ComputeEngine, parameterOrder: (Value.ID) -> KernelOrder
  ) throws(ExecutionError) {
    let planner = try Planner(
      computation, propagation: propagation, engine: engine, parameterOrder: parameterOrder)
    self.computation = computation
    steps = InPlaceSteps(planner.steps, buffers: planner.buffers).steps
    prologue = planner.prologue
    buffers = planner.buffers
    self.inputs = inputs.map(planner.buffer(of:))
    outputs = computation.outputs.map { planner.results[$0]! }
    gradients = computation.gradients.map { ($0.parameter, planner.results[$0.gradient]!) }
    let lives = Self.lives(planner.buffers, steps)
    let peak = ArenaPlacement.peak(lives)
    let slots = ArenaSlots(lives) { [buffers] index in
      guard case .transient = buffers[index].storage, let life = lives[index] else { return false }
      return life.steps.count > 1 && life.byteCount >= peak / Self.leastShareOfPeak
    }
    if slots.byteCount <= min(Self.cachedByteCount, 2 * peak) {
      (offsets, arenaByteCount) = (slots.offsets, slots.byteCount)
    } else {
      let placement = ArenaPlacement(lives)
      (offsets, arenaByteCount) = (placement.offsets, placement.byteCount)
    }
    peakByteCount = peak
  }

  /// Buffers from this part of the peak on have slots: what moves most bytes, and mostly images. Not
  /// gradients, which lie there to the end, nor what one step needs for itself.
  private static let leastShareOfPeak = 16

  /// An arena of at most so many bytes may give memory for caches' sake: what two cores' last caches
  /// hold. In a larger one, memory has left the caches before it is used again. It never takes more
  /// than twice what is alive at once.
  private static let cachedByteCount = 64 << 20

  private static func lives(
    _ buffers: [Buffer], _ steps: [PlannedStep]
  ) -> [(byteCount: Int, steps: ClosedRange<Int>)?] {
    let uses = BufferUses(of: steps, bufferCount: buffers.count)
    return buffers.enumerated().map { index, buffer in
      switch buffer.storage {
      case .parameter: nil
      case .constant, .held: (buffer.byteCount, 0...max(steps.count, 1))
      case .result: (buffer.byteCount, (uses.first[index] ?? 0)...max(steps.count, 1))
      case .transient:
        // What no step touches, another buffer stands for.
        uses.first[index].flatMap { first in uses.last[index].map { (buffer.byteCount, first...$0) }
        }
      }
    }
  }
}
