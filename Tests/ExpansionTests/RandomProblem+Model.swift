import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport

extension RandomProblem {
  /// The tensors of the compact node, as ONNX lays them out.
  struct Parameters {
    var weight: NaiveTensor
    var bias: NaiveTensor?
  }

  var weightShape: [Int] {
    switch kind {
    case .convolution: [outputs, inputs / group] + kernel
    case .transposed: [inputs, outputs / group] + kernel
    case .gemm where transB: [outputs, inputs]
    case .gemm, .product: [inputs, outputs]
    }
  }

  /// Normal numbers, each a Float's value.
  func parameters() -> Parameters {
    var generator = SeededGenerator(seed: seed, stream: 1)
    return Parameters(
      weight: generator.normal(weightShape), bias: hasBias ? generator.normal([outputs]) : nil)
  }

  func image() -> NaiveTensor {
    var generator = SeededGenerator(seed: seed, stream: 2)
    let image = generator.normal(inputShape)
    return transA ? NaiveProduct.transpose(image) : image
  }

  /// The node alone, its output `y`; a matrix is followed by a product with the identity, `z`,
  /// because what makes the logits is never expanded.
  func model(_ parameters: Parameters, _ elementType: ElementType) throws -> Model {
    var builder = GraphBuilder(name: "problem", opset: 17)
    func constant(_ name: Name, _ tensor: NaiveTensor) throws {
      guard
        let tensor = Tensor(rounding: tensor.elements, to: elementType, shape: tensor.shape)
      else { return }
      builder.addInitializer(name, Initializer(tensor))
    }
    func node(_ type: Name, _ inputs: [Name], _ output: Name, _ attributes: Attributes = [:]) {
      builder.addNode(
        name: output.appending(".node"), type: OperatorType(type), attributes: attributes,
        inputs: inputs, outputs: [output])
    }
    let shape = transA ? Array(inputShape.reversed()) : inputShape
    builder.addInput(
      "x",
      type: ValueType(
        elementType,
        shape.enumerated().map { axis, extent in
          hidesExtents && axis > 1 ? .unknown : .fixed(extent)
        }))
    try constant("w", parameters.weight)
    if let bias = parameters.bias { try constant("b", bias) }
    let operands: [Name] = parameters.bias == nil ? ["x", "w"] : ["x", "w", "b"]
    switch kind {
    case .convolution, .transposed: node(Name(kind.rawValue), operands, "y", windowAttributes)
    case .gemm:
      node(
        "Gemm", operands, "y",
        [
          "alpha": .float(alpha), "beta": .float(beta), "transA": .int(transA ? 1 : 0),
          "transB": .int(transB ? 1 : 0),
        ])
    case .product where parameters.bias != nil:
      node("MatMul", ["x", "w"], "xw")
      node("Add", ["xw", "b"], "y")
    case .product: node("MatMul", ["x", "w"], "y")
    }
    if !kind.isConvolution {
      let identity = (0..<outputs * outputs).map { $0 % (outputs + 1) == 0 ? 1.0 : 0 }
      try constant("head", NaiveTensor([outputs, outputs], identity))
      node("MatMul", ["y", "head"], "z")
    }
    builder.addOutput(kind.isConvolution ? "y" : "z", type: nil)
    return Model(irVersion: 8, opsets: ["": 17], graph: try builder.build())
  }

  private var windowAttributes: Attributes {
    var attributes: Attributes = [
      "dilations": .ints(dilations), "group": .int(group), "kernel_shape": .ints(kernel),
      "strides": .ints(strides),
    ]
    if kind == .transposed { attributes["output_padding"] = .ints(outputPadding) }
    if let outputShape {
      attributes["output_shape"] = .ints(outputShape)
    } else if let autoPad {
      attributes["auto_pad"] = .string(autoPad)
    } else {
      attributes["pads"] = .ints(padsBegin + padsEnd)
    }
    return attributes
  }
}

extension SeededGenerator {
  /// Normal numbers, each a Float's value.
  fileprivate mutating func normal(_ shape: [Int]) -> NaiveTensor {
    NaiveTensor(shape, (0..<shape.reduce(1, *)).map { _ in Double(Float(normal())) })
  }
}
