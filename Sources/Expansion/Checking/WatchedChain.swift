import NetworkIR
import Synchronization
import TensorCore

/// The factors of a unit, tried as their weights are made for another reader: a file, say.
///
/// Each takes what the one before it wrote, so that factors must come in the order of the chain.
/// Any that does not, or that nobody reads, is read when the chain is finished.
final class WatchedChain: Sendable {
  private struct Progress {
    /// What the factors before `next` have written.
    var values: ProbeValues
    var next = 0
    /// The factor `next`, being seen.
    var view: FactorView?
  }

  private let factors: [WeightedNode]
  private let steps: [ProbeRoute.Step]
  private let rounding: FloatingRounding
  private let progress: Mutex<Progress>

  init(_ factors: [WeightedNode], _ probe: UnitProbe, _ rounding: FloatingRounding) {
    self.factors = factors
    self.rounding = rounding
    steps = probe.rounded
    progress = Mutex(Progress(values: probe.values))
  }

  /// Whether the weights can be tried as they are made.
  static func canWatch(_ factor: WeightedNode) -> Bool {
    let weight = factor.weight.tensor
    return !weight.storage.isKept && weight.elementType == .float
      && factor.weight.origin == .initializer && factor.layout.keepsWeights
  }

  /// Who is to see the weights of a factor; nil where it is not its turn.
  func watch(_ factor: Int) -> MadeBytes.Watch? {
    progress.withLock { progress in
      while progress.next < factor, !Self.canWatch(factors[progress.next]) {
        guard read(&progress) else { return nil }
      }
      guard progress.next == factor else { return nil }
      let view = FactorView(application(progress))
      progress.view = view
      return { [self] range, bytes in
        if view.add(range, bytes) { finish(view) }
      }
    }
  }

  /// What the last factor writes; nil where a factor can't be read.
  func values() -> ProbeValues? {
    progress.withLock { progress in
      while progress.next < factors.count { guard read(&progress) else { return nil } }
      return progress.values
    }
  }

  private func application(_ progress: Progress) -> ProbeApplication {
    let geometry = factors[progress.next].geometry
    return ProbeApplication(
      geometry, groups: 0..<geometry.group, steps[progress.next], rounding: rounding,
      to: progress.values)
  }

  /// Applies the next factor; false where it can't be read.
  private func read(_ progress: inout Progress) -> Bool {
    guard let kernel = try? factors[progress.next].kernel() else { return false }
    let values = application(progress)(kernel)
    progress = Progress(values: values, next: progress.next + 1)
    return true
  }

  private func finish(_ view: FactorView) {
    progress.withLock { progress in
      guard progress.view === view else { return }
      let bias = factors[progress.next].bias.map(\.tensor)
      progress = Progress(values: view.values(bias: bias?.doubles), next: progress.next + 1)
    }
  }
}

/// One factor, applied run by run.
private final class FactorView: @unchecked Sendable {
  private let application: ProbeApplication
  private let sums: UnsafeMutableBufferPointer<Double>
  private let seen = Atomic(0)

  init(_ application: ProbeApplication) {
    self.application = application
    sums = .allocate(capacity: application.sumCount)
    sums.initialize(repeating: 0)
  }

  deinit { sums.deallocate() }

  /// Applies the weights of some bytes, Floats; true where they were the last ones.
  ///
  /// Parts of rows are left out, so that the factor is never seen whole.
  func add(_ range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let row = application.rowLength * MemoryLayout<Float>.stride
    guard let weights = bytes.baseAddress, let sums = sums.baseAddress,
      range.lowerBound.isMultiple(of: row), range.count.isMultiple(of: row)
    else { return false }
    let rows = range.lowerBound / row..<range.upperBound / row
    application.add(.floats(weights), rows, to: sums)
    let count = seen.add(rows.count, ordering: .acquiringAndReleasing).newValue
    return count == application.rows.count
  }

  func values(bias: [Double]?) -> ProbeValues {
    application.values(UnsafeBufferPointer(sums), bias: bias)
  }
}
