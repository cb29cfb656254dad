import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of softmax` {
  /// Along a line of n the softmax y and its gradient y·(g − Σ g·y) are made of at most n terms, each
  /// below |g| and of at most 10 roundings; the logarithm of n ≤ 64 of [−1, 1) stays below 7. All of
  /// them are terms of 8·(1 + |x| + Σ |x| along the line) and of its gradient. Third derivatives stay
  /// below 1.
  private func check(
    _ type: Name, _ attributes: Attributes, shape: [Int], lines: [Int], opset: Int, seed: UInt64,
    using generator: inout SeededGenerator
  ) throws {
    func along(_ x: NaiveTensor, _ function: (NaiveTensor) -> NaiveTensor) -> NaiveTensor {
      NaiveTensor(shape, function(NaiveTensor(lines, x.elements)).elements)
    }
    let step = 0x1p-14
    try GradientProblem(
      type, attributes, [.parameter(generator.tensor(shape))], opset: opset,
      terms: lines[1] + 10, step: step, slack: step * step / 6,
      magnitude: { inputs in
        along(inputs[0]) { x in
          var sums = NaiveTensor(zeros: [lines[0], lines[2]])
          for index in x.indices { sums[[index[0], index[2]]] += x[index] }
          var result = x
          for index in x.indices {
            result[index] = 8 * (1 + x[index] + sums[[index[0], index[2]]])
          }
          return result
        }
      },
      twin: { inputs in
        along(inputs[0]) {
          type == "Softmax"
            ? NaiveSoftmax.forward($0, axis: 1) : NaiveSoftmax.logarithm($0, axis: 1)
        }
      }
    ).expectAgreement(seed: seed)
  }

  @Test(arguments: ["Softmax", "LogSoftmax"] as [Name], UInt64(0)..<8)
  func `along an axis, since opset 13`(type: Name, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(generator.pick(1...4), 1...4)
    let axis = seed == 0 ? shape.count - 1 : generator.pick(0...shape.count - 1)
    let written = generator.pick(0...1) == 0 ? axis : axis - shape.count
    try check(
      type, seed == 0 ? [:] : ["axis": .int(written)], shape: shape,
      lines: [
        shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *),
      ], opset: 13, seed: seed, using: &generator)
  }

  @Test(arguments: ["Softmax", "LogSoftmax"] as [Name], UInt64(0)..<8)
  func `over all axes from one on, before opset 13`(type: Name, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(generator.pick(2...3), 1...4)
    let axis = seed == 0 ? 1 : generator.pick(0...shape.count)
    try check(
      type, seed == 0 ? [:] : ["axis": .int(axis)], shape: shape,
      lines: [shape[..<axis].reduce(1, *), shape[axis...].reduce(1, *), 1], opset: 11, seed: seed,
      using: &generator)
  }
}
