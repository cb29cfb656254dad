import NetworkIR
import TensorCore

/// The sums that a node computes: how many terms each has, and which weights are the terms of one.
struct Summation {
  /// The roundings of one sum.
  let terms: Int
  /// The axis of the weight along which outputs differ; nil where no weight is summed over.
  private let outputAxis: Int?

  /// Nil where elements are only moved or compared.
  init?(_ node: Node, _ types: ShapeInference) {
    func shape(_ index: Int) -> [Int] { node.input(index).flatMap { types.shape(of: $0) } ?? [] }
    func count(_ shape: some Sequence<Int>) -> Int { Shape.elementCount(Array(shape)) ?? 1 }
    switch node.operator {
    case .conv: (terms, outputAxis) = (count(shape(1).dropFirst()) + 1, 0)
    case .convTranspose(let conv):
      let weight = shape(1)
      terms = count(weight) / max(1, weight.count > 1 ? weight[1] : 1) / conv.group + 1
      outputAxis = 1
    case .gemm(let gemm):
      terms = (shape(0).dropFirst(gemm.transA ? 0 : 1).first ?? 0) + 1
      outputAxis = gemm.transB ? 0 : 1
    case .matMul: (terms, outputAxis) = ((shape(0).last ?? 0) + 1, max(1, shape(1).count) - 1)
    case .batchNormalization: (terms, outputAxis) = (4, nil)
    case .binary, .activation(.leakyRelu): (terms, outputAxis) = (1, nil)
    // A few ULP, by the polynomials that compute them.
    case .activation(.sigmoid), .activation(.tanh): (terms, outputAxis) = (4, nil)
    case .pool(let pool) where pool.kind == .average:
      (terms, outputAxis) = (count(pool.window.kernelShape ?? []), nil)
    case .globalAveragePool, .reduceMean, .reduceSum:
      let outputs = node.output(0).flatMap { types.shape(of: $0) } ?? []
      (terms, outputAxis) = (max(1, count(shape(0)) / max(1, count(outputs))), nil)
    case .unary, .instanceNormalization: (terms, outputAxis) = (4, nil)
    case .broadcasting: (terms, outputAxis) = (max(1, node.inputs.count), nil)
    case .softmax(let softmax):
      (terms, outputAxis) = ((softmax.lines(of: shape(0))?[1] ?? 1) + 4, nil)
    case .localResponseNormalization(let response):
      (terms, outputAxis) = (response.size + 4, nil)
    // Two weighted neighbours along each of up to three axes.
    case .resize(let resize) where resize.mode == .linear: (terms, outputAxis) = (8, nil)
    default: return nil
    }
  }

  /// A constant of the node with its elements off by θ, in steps of `deviation`, and those that are
  /// not zero by `subnormal` besides.
  ///
  /// The terms of one sum walk together: the last sees one rounding, the first sees all. Constants
  /// of rank below 2 (biases, statistics, scalars) are off by √K steps each.
  func perturbing(
    _ tensor: Tensor, deviation: Double, subnormal: Double, using generator: inout SeededGenerator
  ) -> Tensor {
    var elements = tensor.elements(as: Float.self)
    var signs = RandomSigns(generator)
    defer { generator = signs.generator }
    if let outputAxis, tensor.shape.count >= 2, outputAxis < tensor.shape.count {
      let outputs = tensor.shape[outputAxis]
      let inner = tensor.shape.dropFirst(outputAxis + 1).reduce(1, *)
      let outer = tensor.shape.prefix(outputAxis).reduce(1, *)
      for output in 0..<outputs {
        var steps = 0
        for block in (0..<outer).reversed() {
          let start = (block * outputs + output) * inner
          for index in (start..<start + inner).reversed() {
            steps += signs.next()
            let own = signs.next() + signs.next()
            elements[index].move(
              by: deviation * Double(steps + own), and: subnormal, using: &signs)
          }
        }
      }
    } else {
      let step = deviation * Double(terms + 2).squareRoot()
      let absolute = subnormal * Double(terms + 2).squareRoot()
      for index in elements.indices {
        elements[index].move(by: step * Double(signs.next()), and: absolute, using: &signs)
      }
    }
    return Tensor(elements, shape: tensor.shape)
  }
}

extension Float {
  /// Moves a number other than zero by `relative` of itself and, up to sign, by `absolute`, where
  /// that could be seen.
  fileprivate mutating func move(
    by relative: Double, and absolute: Double, using signs: inout RandomSigns
  ) {
    guard self != 0 else { return }
    // The largest `absolute` is far below a rounding of numbers of this size.
    let isSmall = magnitude < 0x1p-100
    self = Float(
      Double(self) * (1 + relative) + (isSmall ? absolute * Double(signs.next()) : 0))
  }
}

/// Numbers 1 and −1, 64 from each number of the generator.
private struct RandomSigns {
  var generator: SeededGenerator
  private var bits: UInt64 = 0
  private var left = 0

  init(_ generator: SeededGenerator) {
    self.generator = generator
  }

  mutating func next() -> Int {
    if left == 0 { (bits, left) = (generator.next(), 64) }
    left -= 1
    defer { bits >>= 1 }
    return bits & 1 == 0 ? -1 : 1
  }
}
