import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport

/// A random chain of linear nodes that one kernel equals: a unit of a strategy, by its shape.
struct ChainProblem {
  enum Shape: CaseIterable {
    /// 1×1, k×k, 1×1.
    case pointwise
    /// k×k after k×k.
    case kernels
    /// One input and one output channel a group.
    case depthwise
    /// 1×1, transposed k×k, 1×1.
    case transposed
    case fullyConnected
  }

  struct Factor {
    let type: Name
    let weights: NaiveTensor
    let bias: NaiveTensor?
    let naive: NaiveConvolution

    var attributes: Attributes {
      guard type != "Gemm" else { return ["transB": .int(1)] }
      return [
        "strides": .ints(naive.strides), "dilations": .ints(naive.dilations),
        "pads": .ints(naive.padsBegin + naive.padsEnd), "group": .int(naive.groups),
      ]
    }

    func applied(_ source: NaiveTensor, _ weights: NaiveTensor, _ bias: NaiveTensor?)
      -> NaiveTensor
    {
      switch type {
      case "Conv": return naive.forward(source, weights, bias)
      case "ConvTranspose":
        return naive.transposed(
          source, weights, bias, outputPadding: naive.strides.map { _ in 0 })
      default:
        var product = NaiveProduct.forward(source, NaiveProduct.transpose(weights))
        if let bias { for index in product.indices { product[index] += bias[[index[1]]] } }
        return product
      }
    }
  }

  let factors: [Factor]
  var source: NaiveTensor
  let shape: Shape

  /// - Parameter isBare: no pads, no biases: nothing but kernels.
  init(
    _ shape: Shape, batch: ClosedRange<Int> = 1...1, isBare: Bool = false,
    using generator: inout SeededGenerator
  ) {
    self.shape = shape
    let rank = shape == .fullyConnected ? 0 : generator.pick(1...3)
    let group = shape == .fullyConnected ? 1 : generator.pick(1...3)
    let perGroup: ClosedRange<Int> = shape == .depthwise ? 1...1 : 1...(rank == 3 ? 3 : 5)
    let count =
      shape == .pointwise || shape == .transposed ? 3 : generator.pick(2...(rank == 3 ? 2 : 3))
    let middle = shape == .kernels || shape == .depthwise ? nil : 1
    var widths = [generator.pick(perGroup)]
    var reaches = [Int](repeating: 0, count: rank)
    var jump = [Int](repeating: 1, count: rank)
    var factors: [Factor] = []
    // Nothing but 1×1 may come before padding within a chain, and no bias.
    let padsWithin = shape == .pointwise && !isBare && Bool.random(using: &generator)
    for index in 0..<count {
      widths.append(generator.pick(perGroup))
      let isPoint = middle.map { $0 != index } ?? false
      let isTransposed = shape == .transposed && index == middle
      let extents = isPoint ? Array(repeating: 1, count: rank) : generator.picks(rank, 1...3)
      let isPadded =
        shape == .transposed ? isTransposed : padsWithin ? index == middle : index == 0
      let pads = isPadded && !isBare ? 0...2 : 0...0
      let mayStride = shape != .transposed && !(padsWithin && index == 0) || isTransposed
      let naive = NaiveConvolution(
        strides: generator.picks(rank, 1...(mayStride ? 2 : 1)),
        dilations: generator.picks(rank, 1...2), padsBegin: generator.picks(rank, pads),
        padsEnd: generator.picks(rank, pads), groups: group)
      for axis in 0..<rank where !isTransposed {
        reaches[axis] += (extents[axis] - 1) * naive.dilations[axis] * jump[axis]
        jump[axis] *= naive.strides[axis]
      }
      let (inner, outer) = (widths[index], widths[index + 1])
      let hasBias =
        !isBare && Bool.random(using: &generator)
        && !((padsWithin || shape == .transposed) && index == 0)
      factors.append(
        Factor(
          type: rank == 0 ? "Gemm" : isTransposed ? "ConvTranspose" : "Conv",
          weights: generator.tensor(
            (isTransposed ? [group * inner, outer] : [group * outer, inner]) + extents),
          bias: hasBias ? generator.tensor([group * outer]) : nil, naive: naive))
    }
    self.factors = factors
    // Wide enough for the whole kernel, and for what a transposed one's pads take away.
    let least = shape == .transposed ? 5 : 1
    let spatial = reaches.map { $0 + least + generator.pick(0...3) }
    source = generator.tensor([generator.pick(batch), group * widths[0]] + spatial)
  }

  /// 1×1, k×k, 1×1 of those channels, at one place of two images.
  init(widths: [Int], extent: Int, hasBiases: Bool, using generator: inout SeededGenerator) {
    shape = .pointwise
    var factors: [Factor] = []
    let naive = NaiveConvolution(
      strides: [1, 1], dilations: [1, 1], padsBegin: [0, 0], padsEnd: [0, 0], groups: 1)
    for (index, extent) in [1, extent, 1].enumerated() {
      let outputs = widths[index + 1]
      factors.append(
        Factor(
          type: "Conv", weights: generator.tensor([outputs, widths[index], extent, extent]),
          bias: hasBiases ? generator.tensor([outputs]) : nil, naive: naive))
    }
    self.factors = factors
    source = generator.tensor([2, widths[0], extent, extent])
  }

  /// The network, and what it computes from source, weights and biases; the source is a parameter
  /// too.
  func gradientProblem() throws -> GradientProblem {
    let problem = try graph(sourceIsParameter: true)
    let factors = factors
    return GradientProblem(problem.graph, problem.parameters, terms: roundings) { tensors in
      var rest = tensors[...]
      let source = rest.removeFirst()
      return factors.reduce(source) { source, factor in
        let weights = rest.removeFirst()
        return factor.applied(source, weights, factor.bias == nil ? nil : rest.removeFirst())
      }
    }
  }

  func graph(
    sourceIsParameter: Bool
  ) throws -> (graph: Graph, parameters: [(name: Name, value: NaiveTensor)]) {
    var builder = GraphBuilder(name: "chain", opset: 13)
    var parameters: [(name: Name, value: NaiveTensor)] = []
    func add(_ name: Name, _ value: NaiveTensor) {
      builder.addParameter(name, value)
      parameters.append((name, value))
    }
    if sourceIsParameter {
      add("x", source)
    } else {
      builder.addInput("x", type: ValueType(.float, shape: source.shape))
    }
    var current: Name = "x"
    for (index, factor) in factors.enumerated() {
      var inputs = [current, Name("w\(index)")]
      add(inputs[1], factor.weights)
      if let bias = factor.bias {
        inputs.append(Name("b\(index)"))
        add(inputs[2], bias)
      }
      current = Name("y\(index)")
      builder.addNode(
        name: Name("factor\(index)"), type: OperatorType(factor.type),
        attributes: factor.attributes, inputs: inputs, outputs: [current])
    }
    builder.addOutput(current, type: nil)
    return (try builder.build(), parameters)
  }

  var count: Int { factors.count }
}
