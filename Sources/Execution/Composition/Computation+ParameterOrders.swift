import NetworkIR
import TensorCore

extension Computation {
  /// The trainable kernels that composition reads tap-major: such a kernel should lie so from step
  /// to step, or each step would move its elements there and its gradient's back.
  var tapMajorParameters: Set<Value.ID> {
    var found: Set<Value.ID> = []
    for node in nodes {
      guard let product = node.action as? KernelProduct else { continue }
      for (operand, input) in zip([product.left, product.right], node.inputs) {
        guard case .parameter(let value) = self[input].role else { continue }
        if operand.storage != Shape.strides(shape(input)) { found.insert(value) }
      }
    }
    return found
  }
}
