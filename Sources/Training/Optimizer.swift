package import Execution
import NetworkIR
import TensorCore

/// Moves a session's parameters against their gradients by an update rule.
package final class Optimizer {
  private let session: Session
  /// All kinds of a parameter's moments, one after the other.
  private var moments: [Value.ID: UnsafeMutableBufferPointer<Float>] = [:]
  /// What a step moves; kept, so that a step allocates nothing.
  private var updated: [UpdatedElements] = []
  private var steps = 0

  package init(_ session: Session) {
    self.session = session
  }

  deinit { for moments in moments.values { moments.deallocate() } }

  /// One step from the gradients of the last run; the rule may differ in its rates from the last
  /// step's, not in kind.
  package func step(_ run: ClassificationRun, by rule: some UpdateRule) {
    updated.removeAll(keepingCapacity: true)
    for (index, parameter) in run.parameters.enumerated() {
      updated.append(elements(parameter, gradient: run.gradient(index), rule.momentCount))
    }
    let parts = ElementParts.count
    Parallel.perform(parts, Step(rule: rule, number: steps, updated: updated, parts: parts))
    steps += 1
    session.store.markChanged()
  }

  private func elements(
    _ parameter: Value.ID, gradient: UnsafeBufferPointer<Float>, _ momentCount: Int
  ) -> UpdatedElements {
    let elements = session.store.elements(of: parameter)
    precondition(elements.count == gradient.count)
    let moments = moments(of: parameter, count: momentCount * elements.count)
    return UpdatedElements(
      count: elements.count, parameter: elements.baseAddress!, gradient: gradient.baseAddress!,
      moments: moments.baseAddress!, distance: elements.count)
  }

  private func moments(of parameter: Value.ID, count: Int) -> UnsafeMutableBufferPointer<Float> {
    if let made = moments[parameter], made.count == count { return made }
    moments[parameter]?.deallocate()
    let made = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    made.initialize(repeating: 0)
    moments[parameter] = made
    return made
  }
}

/// Each core moves its parts of all parameters, rather than wait after each of them.
private struct Step<Rule: UpdateRule>: PieceWork {
  let rule: Rule
  let number: Int
  let updated: [UpdatedElements]
  let parts: Int

  func perform(_ part: Int) {
    for elements in updated {
      rule.step(number, elements.part(ElementParts.range(part, of: parts, elements.count)))
    }
  }
}
