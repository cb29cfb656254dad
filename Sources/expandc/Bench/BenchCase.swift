import Execution
import NetworkIR
import TensorCore
import Training

/// One network in one way of running it, to be timed or only planned.
struct BenchCase {
  enum Work {
    case training(TrainingMode)
    case inference
  }

  let graph: Graph
  let work: Work
  /// By weights, of a run on one image; nil where that can't be counted.
  let multiplyAccumulatesPerImage: Int?
  /// What each run takes beside, whatever the batch.
  var multiplyAccumulatesPerRun: Int? = 0

  /// Multiply-accumulates by weights of a run on `batch` images.
  func multiplyAccumulates(_ batch: Int) -> Int? {
    guard let each = multiplyAccumulatesPerImage, let rest = multiplyAccumulatesPerRun else {
      return nil
    }
    let (product, overflow) = each.multipliedReportingOverflow(by: batch)
    let (sum, overflowToo) = product.addingReportingOverflow(rest)
    return overflow || overflowToo ? nil : sum
  }

  /// The bytes that a run on `batch` images would take, found by planning it.
  func plannedByteCount(_ batch: Int, _ setting: BenchSetting) throws -> Int {
    let session = try Session(graph, threads: setting.threads)
    switch work {
    case .training(let mode):
      let arena = try session.classificationByteCount(
        batchSize: batch, imageShape: setting.imageShape, isTraining: true, mode: mode)
      return arena + 2 * session.store.byteCount
    case .inference:
      let arena = try session.inferenceByteCount(inputShapes: setting.shapes(session, batch))
      return arena + session.store.byteCount
    }
  }

  /// The network ready to run, on random images and labels.
  func subject(_ setting: BenchSetting) throws -> BenchSubject {
    let session = try Session(graph, threads: setting.threads)
    let operations = multiplyAccumulates(setting.batchSize)
    var generator = SeededGenerator(seed: setting.seed)
    switch work {
    case .training(let mode):
      let run = try session.classification(
        batchSize: setting.batchSize, imageShape: setting.imageShape, isTraining: true,
        mode: mode)
      let optimizer = Optimizer(session)
      // So small that no network runs away on a batch that it sees again and again.
      let descent = StochasticGradientDescent(learningRate: 1e-5, momentum: 0.9)
      let velocities = run.parameters.reduce(0) { $0 + session.store.elements(of: $1).count }
      return BenchSubject(
        session, run.executor, setting.batchSize, operations,
        velocityBytes: velocities * MemoryLayout<Float>.size,
        fill: {
          Self.fill(run.images, &generator)
          for index in run.labels.indices {
            run.labels[index] = Int32(generator.uniform() * Double(run.classes))
          }
        },
        finish: {
          // As `Trainer` does; random images have no use for the answer.
          _ = run.firstNotFiniteGradient()
          optimizer.step(run, by: descent)
        })
    case .inference:
      let run = try session.inference(inputShapes: setting.shapes(session, setting.batchSize))
      return BenchSubject(
        session, run.executor, setting.batchSize, operations,
        fill: { Self.fill(run.executor.input(0), &generator) })
    }
  }

  private static func fill(
    _ images: UnsafeMutableBufferPointer<Float>, _ generator: inout SeededGenerator
  ) {
    for index in images.indices { images[index] = Float(generator.normal()) }
  }
}
