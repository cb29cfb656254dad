package import Execution
import NetworkIR

/// Moves a session's parameters against their gradients by stochastic gradient descent.
package final class Optimizer {
  private let session: Session
  private var velocities: [Value.ID: UnsafeMutableBufferPointer<Float>] = [:]

  package init(_ session: Session) {
    self.session = session
  }

  deinit { for velocity in velocities.values { velocity.deallocate() } }

  /// One step from the gradients of the last run.
  package func step(_ run: ClassificationRun, by descent: StochasticGradientDescent) {
    for (index, parameter) in run.parameters.enumerated() {
      let elements = session.store.elements(of: parameter)
      descent.step(
        parameter: elements, gradient: run.gradient(index),
        velocity: velocity(of: parameter, count: elements.count))
    }
    session.store.markChanged()
  }

  private func velocity(of parameter: Value.ID, count: Int) -> UnsafeMutableBufferPointer<Float> {
    if let velocity = velocities[parameter] { return velocity }
    let velocity = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    velocity.initialize(repeating: 0)
    velocities[parameter] = velocity
    return velocity
  }
}
