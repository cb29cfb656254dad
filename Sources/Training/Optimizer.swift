package import Execution
import NetworkIR

/// Moves a session's parameters against their gradients by an update rule.
package final class Optimizer {
  private let session: Session
  private var moments: [Value.ID: [UnsafeMutableBufferPointer<Float>]] = [:]
  private var steps = 0

  package init(_ session: Session) {
    self.session = session
  }

  deinit { for moment in moments.values.joined() { moment.deallocate() } }

  /// One step from the gradients of the last run; the rule may differ in its rates from the last
  /// step's, not in kind.
  package func step(_ run: ClassificationRun, by rule: some UpdateRule) {
    for (index, parameter) in run.parameters.enumerated() {
      let elements = session.store.elements(of: parameter)
      rule.step(
        steps, parameter: elements, gradient: run.gradient(index),
        moments: moments(of: parameter, count: elements.count, rule.momentCount))
    }
    steps += 1
    session.store.markChanged()
  }

  private func moments(
    of parameter: Value.ID, count: Int, _ momentCount: Int
  ) -> [UnsafeMutableBufferPointer<Float>] {
    if let made = moments[parameter], made.count == momentCount { return made }
    let made = (0..<momentCount).map { _ in
      let moment = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
      moment.initialize(repeating: 0)
      return moment
    }
    for old in moments[parameter] ?? [] { old.deallocate() }
    moments[parameter] = made
    return made
  }
}
