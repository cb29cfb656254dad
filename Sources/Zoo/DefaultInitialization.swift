import TensorCore

/// PyTorch's default initialisation, drawn node by node, weight before bias, from one generator.
///
/// Weights by `kaiming_uniform_` with a = √5, biases likewise: both U(±1/√fan_in), with
/// fan_in = input channels per group · kernel extents. Source: `torch.nn.Conv2d`, `torch.nn.Linear`.
struct DefaultInitialization {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  /// A weight [outputs, inputs/group, kernel…] and its bias [outputs].
  mutating func weightAndBias(shape: [Int]) -> (weight: Tensor, bias: Tensor) {
    let fanIn = shape.dropFirst().reduce(1, *)
    let bound = 1 / Double(max(fanIn, 1)).squareRoot()
    return (uniform(shape, bound), uniform([shape[0]], bound))
  }

  private mutating func uniform(_ shape: [Int], _ bound: Double) -> Tensor {
    let count = shape.reduce(1, *)
    var elements: [Float] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(Float(generator.uniform(in: -bound..<bound))) }
    return Tensor(elements, shape: shape)
  }
}
