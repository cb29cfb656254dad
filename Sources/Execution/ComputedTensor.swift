import NetworkIR
import TensorCore

extension Tensor {
  /// What a run computed in Floats, in the type that the graph gives it: integers and truth values
  /// are Floats exactly (lowering keeps positions below 2²⁴), and the narrower floating types were
  /// rounded in the run.
  init(computed elements: [Float], as type: ElementType, shape: [Int]) {
    let floats = Tensor(elements, shape: shape)
    self = (try? floats.cast(to: type)) ?? floats
  }
}
