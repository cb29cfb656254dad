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
  }

  static let runsPerTurn = 4

  let compact: BenchSubject
  let inference: BenchSubject
  let expanded: [Expanded]
  private let product: MatrixProductRate
  private var productSeconds: [Double] = []

  /// Operations a second of the matrix product.
  var productRate: Double { MatrixProductRate.rate(seconds: TimingSummary(productSeconds).median) }

  init(_ networks: BenchNetworks, _ setting: BenchSetting) throws {
    let graph = networks.compact.graph
    let batch = setting.batchSize
    let statistics = Statistics(tolerating: graph)
    let cost = TrainingCost(graph, statistics, units: [])
    compact = try BenchSubject.training(
      graph, setting, multiplyAccumulates: cost.materialized.times(batch))
    inference = try BenchSubject.inference(
      graph, setting, multiplyAccumulates: statistics.macs.weights.times(batch))
    expanded = try networks.expanded.map { network in
      let graph = network.model.graph
      let cost = TrainingCost(graph, Statistics(tolerating: graph), units: network.units)
      return Expanded(
        rate: network.rate, unitCount: network.units.count,
        materialized: try BenchSubject.training(
          graph, setting, multiplyAccumulates: cost.materialized.times(batch)))
    }
    product = try MatrixProductRate(threads: setting.threads)
  }

  /// Runs rounds until each network was timed `steps` times, or `seconds` are over; at least one.
  func run(steps: Int, seconds: Double, onRound: (_ runs: Int) -> Void) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let rounds = (steps + Self.runsPerTurn - 1) / Self.runsPerTurn
    for round in 0..<rounds {
      for subject in [compact] + expanded.map(\.materialized) + [inference] {
        try subject.turn(min(Self.runsPerTurn, steps - round * Self.runsPerTurn))
      }
      try product.run()
      productSeconds.append(try clock.measure { try product.run() } / .seconds(1))
      onRound(min(steps, (round + 1) * Self.runsPerTurn))
      if (clock.now - start) / .seconds(1) >= seconds { break }
    }
  }
}

extension Int? {
  /// The product; nil where the number is, or where the product overflows.
  fileprivate func times(_ factor: Int) -> Int? {
    guard let (product, overflow) = self?.multipliedReportingOverflow(by: factor), !overflow else {
      return nil
    }
    return product
  }
}
