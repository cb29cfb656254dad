import NetworkIR

/// What the networks of a benchmark took, in seconds, operations and bytes.
struct BenchReport: Report {
  /// A step of a run, and what it takes of it.
  struct Step: Encodable {
    let step: String
    let node: String
    let seconds: Double
    let share: Double
  }

  /// One network in one way of running it.
  struct Row: Encodable {
    let medianSeconds: Double
    let minSeconds: Double
    /// Between the first and the third quartile.
    let spreadSeconds: Double
    /// Of one run after another, at the median.
    let imagesPerSecond: Double
    /// Two for each multiply-accumulate by weights, in 10⁹ a second; null where they can't be
    /// counted.
    let gigaflopsPerSecond: Double?
    /// Of the rate of a matrix product.
    let matrixProductShare: Double?
    /// Arena, parameters and momenta.
    let peakBytes: Int
    let arenaBytes: Int
    let parameterBytes: Int
    let velocityBytes: Int
    /// Of loops outside oneDNN's primitives, the composition of kernels and transforms, the
    /// optimizer's too.
    let outsideShare: Double
    /// Of loops that transform for convolutions by spectra.
    let transformShare: Double
    /// Of moving tensors from one layout to another.
    let reorderShare: Double
    let costliest: [Step]
    /// How many runs were timed.
    let runs: Int

    init(_ subject: BenchSubject, productRate: Double) throws {
      let breakdown = try subject.breakdown(Benchmark.profiledRuns)
      outsideShare = breakdown.outsideShare
      transformShare = breakdown.transformShare
      reorderShare = breakdown.reorderShare
      costliest = breakdown.costliest.map {
        Step(step: $0.step, node: $0.node.description, seconds: $0.seconds, share: $0.share)
      }
      let timing = subject.timing
      medianSeconds = timing.median
      minSeconds = timing.minimum
      spreadSeconds = timing.spread
      runs = timing.count
      imagesPerSecond = Double(subject.batchSize) / timing.median
      let rate = subject.multiplyAccumulates.map { 2 * Double($0) / timing.median }
      gigaflopsPerSecond = rate.map { $0 / 1e9 }
      matrixProductShare = rate.map { $0 / productRate }
      peakBytes = subject.memory.total
      arenaBytes = subject.memory.arena
      parameterBytes = subject.memory.parameters
      velocityBytes = subject.memory.velocities
    }
  }

  /// An expanded network, in each way of training it.
  struct Expanded: Encodable {
    /// Null where the model that was given is itself expanded.
    let rate: Double?
    let units: Int
    let materialized: Row
    let online: Row

    init(_ network: Benchmark.Expanded, productRate: Double) throws {
      rate = network.rate
      units = network.unitCount
      materialized = try Row(network.materialized, productRate: productRate)
      online = try Row(network.online, productRate: productRate)
    }
  }

  struct MatrixProduct: Encodable {
    /// Of the square matrices.
    let extent: Int
    let gigaflopsPerSecond: Double
  }

  let batchSize: Int
  /// Of one image.
  let imageShape: [Int]
  let threads: Int
  let matrixProduct: MatrixProduct
  let compact: Row
  /// Of the compact network.
  let inference: Row
  /// Of the first rate; null where nothing was expanded.
  let materialized: Row?
  let online: Row?
  let rates: [Expanded]
  /// The largest resident set of the process, which held all networks at once.
  let processPeakBytes: Int

  init(_ benchmark: Benchmark, _ setting: BenchSetting, threads: Int) throws {
    let rate = benchmark.productRate
    batchSize = setting.batchSize
    imageShape = setting.imageShape
    self.threads = threads
    matrixProduct = MatrixProduct(
      extent: MatrixProductRate.extent, gigaflopsPerSecond: rate / 1e9)
    compact = try Row(benchmark.compact, productRate: rate)
    inference = try Row(benchmark.inference, productRate: rate)
    rates = try benchmark.expanded.map { try Expanded($0, productRate: rate) }
    materialized = rates.first?.materialized
    online = rates.first?.online
    processPeakBytes = ResourceUse.peakBytes
  }
}
