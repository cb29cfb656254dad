import Execution
import NetworkIR

/// A network ready to be timed: each run of it is one training step, or one inference.
///
/// A step is forward, backward and stochastic gradient descent with momentum, on a batch that lies
/// in memory already: loading it is no part. An inference is forward alone.
final class BenchSubject {
  /// Bytes that a run works in.
  struct Memory {
    /// Activations, gradients and scratch space.
    let arena: Int
    /// Parameters and running statistics.
    let parameters: Int
    /// The momenta of the parameters; 0 in inference.
    let velocities: Int

    var total: Int { arena + parameters + velocities }
  }

  let batchSize: Int
  /// Multiply-accumulates by weights of one run; nil where that can't be counted.
  let multiplyAccumulates: Int?
  let memory: Memory
  private let session: Session
  private let executor: Executor
  private let fill: () -> Void
  private let finish: () -> Void
  private var isFilled = false
  private var seconds: [Double] = []

  var timing: TimingSummary { TimingSummary(seconds) }

  /// - Parameters:
  ///   - fill: writes a batch into the executor's inputs, once, before the first run.
  ///   - finish: what ends a run after the executor's steps: the look at the gradients, the optimizer.
  init(
    _ session: Session, _ executor: Executor, _ batchSize: Int, _ multiplyAccumulates: Int?,
    velocityBytes: Int = 0, fill: @escaping () -> Void, finish: @escaping () -> Void = {}
  ) {
    self.session = session
    self.executor = executor
    self.batchSize = batchSize
    self.multiplyAccumulates = multiplyAccumulates
    self.fill = fill
    self.finish = finish
    memory = Memory(
      arena: executor.plan.arenaByteCount, parameters: session.store.byteCount,
      velocities: velocityBytes)
  }

  /// Runs once untimed, so that the caches hold what they can of this network, and then `count`
  /// times.
  func turn(_ count: Int) throws {
    if !isFilled { fill() }
    isFilled = true
    try run()
    let clock = ContinuousClock()
    for _ in 0..<count {
      seconds.append(try clock.measure { try run() } / .seconds(1))
    }
  }

  /// Where the time of `count` runs goes, step by step.
  func breakdown(_ count: Int) throws -> StepBreakdown {
    var profile = StepProfile(executor.plan)
    let clock = ContinuousClock()
    var finishing = 0.0
    for _ in 0..<count {
      try executor.run(profile: &profile)
      finishing += clock.measure(finish) / .seconds(1)
    }
    return StepBreakdown(profile, executor.plan, optimizer: finishing)
  }

  private func run() throws {
    try executor.run()
    finish()
  }
}
