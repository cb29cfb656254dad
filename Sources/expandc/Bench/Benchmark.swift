import Execution
import Expansion
import NetworkIR

/// Times the networks in turns, so that whatever else the machine does hits all alike.
///
/// A round gives each network one turn, of one untimed run and `runsPerTurn` timed ones, and the
/// matrix product one too.
final class Benchmark {
  struct Expanded {
    let rate: Double?
    let unitCount: Int
    let materialized: BenchSubject
    let online: BenchSubject
  }

  static let runsPerTurn = 4
  static let profiledRuns = 5

  let compact: BenchSubject
  let inference: BenchSubject
  let expanded: [Expanded]
  private let product: MatrixProductRate
  private var productSeconds: [Double] = []

  /// Operations a second of the matrix product.
  var productRate: Double { MatrixProductRate.rate(seconds: TimingSummary(productSeconds).median) }

  private var subjects: [BenchSubject] {
    [compact] + expanded.flatMap { [$0.materialized, $0.online] } + [inference]
  }

  /// - Throws: `ExecutionError.batchTooLarge` where memory can't hold all networks at once.
  init(_ networks: BenchNetworks, _ setting: BenchSetting) throws {
    let graph = networks.compact.graph
    let statistics = Statistics(tolerating: graph)
    let cost = TrainingCost(graph, statistics, units: [])
    var cases = [
      BenchCase(
        graph: graph, work: .training(.materialized),
        multiplyAccumulatesPerImage: cost.materialized),
      BenchCase(
        graph: graph, work: .inference, multiplyAccumulatesPerImage: statistics.macs.weights),
    ]
    for network in networks.expanded {
      let graph = network.model.graph
      let cost = TrainingCost(graph, Statistics(tolerating: graph), units: network.units)
      cases += [
        BenchCase(
          graph: graph, work: .training(.materialized),
          multiplyAccumulatesPerImage: cost.materialized),
        BenchCase(
          graph: graph, work: .training(.online), multiplyAccumulatesPerImage: cost.online,
          multiplyAccumulatesPerRun: cost.compositionPerStep),
      ]
    }
    let made = try Self.subjects(cases, setting)
    compact = made[0]
    inference = made[1]
    expanded = networks.expanded.enumerated().map { index, network in
      Expanded(
        rate: network.rate, unitCount: network.units.count, materialized: made[2 + 2 * index],
        online: made[3 + 2 * index])
    }
    product = try MatrixProductRate(threads: setting.threads)
  }

  private static func subjects(
    _ cases: [BenchCase], _ setting: BenchSetting
  ) throws -> [BenchSubject] {
    var subjects: [BenchSubject] = []
    let fit = BatchFit(
      planned: { sizes in
        try sizes.reduce(0) { sum, size in
          try cases.reduce(sum) { $0 + (try $1.plannedByteCount(size, setting)) }
        }
      }, discard: { subjects = [] })
    let velocities = { subjects.reduce(0) { $0 + $1.memory.velocities } }
    try fit.check(setting.batchSize, later: velocities) {
      subjects = try cases.map { try $0.subject(setting) }
      return subjects.reduce(0) { $0 + $1.memory.total }
    }
    return subjects
  }

  /// Runs rounds until each network was timed `steps` times, or `seconds` are over; at least one.
  func run(steps: Int, seconds: Double, onRound: (_ runs: Int) -> Void) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let rounds = (steps + Self.runsPerTurn - 1) / Self.runsPerTurn
    for round in 0..<rounds {
      for subject in subjects {
        try subject.turn(min(Self.runsPerTurn, steps - round * Self.runsPerTurn))
      }
      try product.run()
      productSeconds.append(try clock.measure { try product.run() } / .seconds(1))
      onRound(min(steps, (round + 1) * Self.runsPerTurn))
      if (clock.now - start) / .seconds(1) >= seconds { break }
    }
  }
}
