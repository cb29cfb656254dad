import Execution
import NetworkIR
import TensorCore
import Training

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
  private let work: () throws -> Void
  private var seconds: [Double] = []

  var timing: TimingSummary { TimingSummary(seconds) }

  private init(
    _ batchSize: Int, _ multiplyAccumulates: Int?, _ memory: Memory,
    _ work: @escaping () throws -> Void
  ) {
    self.batchSize = batchSize
    self.multiplyAccumulates = multiplyAccumulates
    self.memory = memory
    self.work = work
  }

  /// Runs once untimed, so that caches and branch predictors hold this network, and then `count`
  /// times.
  func turn(_ count: Int) throws {
    try work()
    let clock = ContinuousClock()
    for _ in 0..<count {
      seconds.append(try clock.measure(work) / .seconds(1))
    }
  }

  /// A training step on random images and labels.
  static func training(
    _ graph: Graph, _ setting: BenchSetting, multiplyAccumulates: Int?
  ) throws -> BenchSubject {
    let session = try Session(graph, threads: setting.threads)
    let run = try session.classification(
      batchSize: setting.batchSize, imageShape: setting.imageShape, isTraining: true)
    var generator = SeededGenerator(seed: setting.seed)
    for index in run.images.indices { run.images[index] = Float(generator.normal()) }
    for index in run.labels.indices {
      run.labels[index] = Int32(generator.uniform() * Double(run.classes))
    }
    let optimizer = Optimizer(session)
    // So small that no network runs away on a batch that it sees again and again.
    let descent = StochasticGradientDescent(learningRate: 1e-5, momentum: 0.9)
    let velocities = run.parameters.reduce(0) { $0 + session.store.elements(of: $1).count }
    let memory = Memory(
      arena: run.executor.plan.arenaByteCount, parameters: session.store.byteCount,
      velocities: velocities * MemoryLayout<Float>.size)
    return BenchSubject(setting.batchSize, multiplyAccumulates, memory) {
      _ = try run()
      optimizer.step(run, by: descent)
    }
  }

  /// An inference on random images.
  static func inference(
    _ graph: Graph, _ setting: BenchSetting, multiplyAccumulates: Int?
  ) throws -> BenchSubject {
    let session = try Session(graph, threads: setting.threads)
    let inputs = session.graph.requiredInputs.prefix(1)
    let run = try session.inference(
      inputShapes: Dictionary(
        uniqueKeysWithValues: inputs.map { ($0, [setting.batchSize] + setting.imageShape) }))
    var generator = SeededGenerator(seed: setting.seed)
    let images = run.executor.input(0)
    for index in images.indices { images[index] = Float(generator.normal()) }
    let memory = Memory(
      arena: run.executor.plan.arenaByteCount, parameters: session.store.byteCount, velocities: 0)
    return BenchSubject(setting.batchSize, multiplyAccumulates, memory) { try run.executor.run() }
  }
}
