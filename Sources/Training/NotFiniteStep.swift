package import Execution
package import NetworkIR

/// A training step that came to NaN or infinity, before any weight was moved by it.
package struct NotFiniteStep: Hashable, Sendable {
  package enum Quantity: Hashable, Sendable {
    case loss
    /// The loss is finite, but its gradient by this parameter is not: a rectifier makes 0 of NaN, and
    /// hides it from what follows.
    case gradient(Name)
  }

  /// Both counted from 1, the step in its epoch.
  package let epoch, step: Int
  package let quantity: Quantity
  /// The first in the network that is not finite, where running the step again found one.
  package let output: NotFiniteOutput?
  /// A weight that was not finite before the step.
  package let weight: Name?
}
