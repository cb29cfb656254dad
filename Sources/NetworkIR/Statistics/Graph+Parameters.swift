import OrderedCollections
import TensorCore

extension Graph {
  /// The elements of all tensors that the file stores.
  package var initializerElementCount: Int {
    initializers.values.reduce(0) { $0 + $1.tensor.elementCount }
  }

  /// The values that a node reads as trainable parameters.
  ///
  /// These are constants under their own name or behind Identity; the running statistics of a
  /// BatchNormalization aren't trained.
  package func parameters(of node: Node) -> [Value.ID] {
    let candidates: [Value.ID?] =
      switch node.operator {
      case .conv, .convTranspose, .batchNormalization: [node.input(1), node.input(2)]
      case .gemm: [node.input(0), node.input(1), node.input(2)]
      case .matMul: [node.input(0), node.input(1)]
      case .binary(let binary) where binary.function == .add: [bias(of: node)]
      default: []
      }
    return candidates.compactMap(\.self).filter { elementCount(ofConstant: $0) > 0 }
  }

  /// The elements of a constant of a floating type; 0 for any other value.
  func elementCount(ofConstant value: Value.ID) -> Int {
    guard let tensor = try? constant(value, assumingConstantInputs: true).tensor else { return 0 }
    switch tensor.elementType {
    case .float, .double, .float16, .bfloat16: return tensor.elementCount
    default: return 0
    }
  }

  /// The constant that an Add gives a product, or a convolution that has no bias of its own, as a
  /// bias: one element for each output channel.
  private func bias(of add: Node) -> Value.ID? {
    for (source, bias) in [(add.input(0), add.input(1)), (add.input(1), add.input(0))] {
      guard let source, let bias, let producer = producer(of: source),
        let weight = producer.input(1)
      else { continue }
      let channelAxis: Int
      switch producer.operator {
      case .matMul: channelAxis = -1
      case .conv where producer.input(2) == nil: channelAxis = 0
      default: continue
      }
      guard let shape = try? constant(weight, assumingConstantInputs: true).tensor.shape,
        let channels = channelAxis < 0 ? shape.last : shape.first,
        elementCount(ofConstant: bias) == channels
      else { continue }
      return bias
    }
    return nil
  }
}
