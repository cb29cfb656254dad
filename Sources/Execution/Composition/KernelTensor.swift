import Expansion
import Kernels
import NetworkIR

/// A kernel in the computation: a factor, or what some of them compose to.
struct KernelTensor {
  let geometry: KernelGeometry
  /// As ONNX stores it: [O, I/group, taps…], or [I, O/group, taps…] of a transposed convolution.
  let weights: Computation.TensorID
  let bias: Computation.TensorID?
  /// How the weights lie where they are written.
  let order: KernelOrder
  /// Whether the weights have one more input in each group than the geometry says, whose weights at
  /// all taps are a share of the bias, besides `bias`.
  var hasBiasColumn = false

  /// Its bias in a column of the weights, which lie in `order` then. Requires one tap, and no
  /// transposed convolution.
  func joined(
    _ order: KernelOrder, origin: Name, in computation: inout Computation
  ) -> KernelTensor {
    guard let bias, !hasBiasColumn else { return self }
    var shape = computation.shape(weights)
    shape[1] += 1
    let joined = computation.add(
      BiasJoin(order: order), [weights, bias], shapes: [shape], origin: origin)[0]
    return KernelTensor(
      geometry: geometry, weights: joined, bias: nil, order: order, hasBiasColumn: true)
  }

  /// All of its bias in `bias`.
  func split(origin: Name, in computation: inout Computation) -> KernelTensor {
    guard hasBiasColumn else { return self }
    var shape = computation.shape(weights)
    shape[1] -= 1
    let parts = computation.add(
      BiasSplit(order: order), [weights], shapes: [shape, [geometry.outputs]], origin: origin)
    let bias = bias.map {
      computation.add(
        Arithmetic(function: .add), [parts[1], $0], shapes: [[geometry.outputs]], origin: origin)[0]
    }
    return KernelTensor(
      geometry: geometry, weights: parts[0], bias: bias ?? parts[1], order: .tapMajor)
  }
}
