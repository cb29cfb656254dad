import TensorCore

/// PyTorch's default initialisation, drawn node by node, weight before bias, from one generator.
///
/// Weights by `kaiming_uniform_` with a = √5, biases likewise: both U(±1/√fan_in), where fan_in is
/// the product of all extents of the weight but the first. That is the inputs of one output for
/// [outputs, inputs/group, kernel…]; for a transposed convolution, [inputs, outputs/group,
/// kernel…], it is what PyTorch takes for them. Source: `torch.nn.Conv2d`, `ConvTranspose2d`,
/// `Linear`.
struct DefaultInitialization {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  /// A weight of that shape, and a bias of `biasCount` elements where it isn't nil.
  mutating func weightAndBias(shape: [Int], biasCount: Int?) -> (weight: Tensor, bias: Tensor?) {
    let fanIn = shape.dropFirst().reduce(1, *)
    let bound = 1 / Double(max(fanIn, 1)).squareRoot()
    return (uniform(shape, bound), biasCount.map { uniform([$0], bound) })
  }

  private mutating func uniform(_ shape: [Int], _ bound: Double) -> Tensor {
    let count = shape.reduce(1, *)
    var elements: [Float] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(Float(generator.uniform(in: -bound..<bound))) }
    return Tensor(elements, shape: shape)
  }
}
