import Foundation
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Losses in the graph` {
  /// Scores, labels and what weighs them.
  private struct Problem {
    let scores: NaiveTensor
    let labels: [Int]
    let weights: [Double]?
    let ignored: Int?
    let reduction: String

    var classes: Int { scores.shape[1] }
    var labelShape: [Int] { [scores.shape[0]] + scores.shape[2...] }

    func weight(_ label: Int) -> Double { label == ignored ? 0 : weights?[label] ?? 1 }

    /// What each label's loss counts in the result.
    var share: Double {
      reduction == "mean" ? 1 / labels.reduce(0) { $0 + weight($1) } : 1
    }

    /// `single` of each label's place in the tensor that ONNX's formulas take, reduced.
    func reduced(_ single: (_ index: [Int], _ label: Int) -> Double) -> NaiveTensor {
      let losses = zip(NaiveTensor.indices(of: labelShape), labels).map { index, label in
        single(index, label)
      }
      if reduction == "none" { return NaiveTensor(labelShape, losses) }
      return NaiveTensor([], [losses.reduce(0, +) * share])
    }

    func loss(_ logarithms: NaiveTensor) -> NaiveTensor {
      reduced { index, label in
        guard label != ignored else { return 0 }
        return -weight(label) * logarithms[[index[0], label] + index[1...]]
      }
    }

    /// 4·w·(2 + Σ |x| over the classes): more than the loss, and than the terms of its gradient.
    func magnitude(_ scores: NaiveTensor) -> NaiveTensor {
      let greatest = weights?.max() ?? 1
      return reduced { index, _ in
        4 * greatest
          * (0..<classes).reduce(2) { $0 + scores[[index[0], $1] + index[1...]] }
      }
    }
  }

  private func problem(seed: UInt64, using generator: inout SeededGenerator) -> Problem {
    let classes = generator.pick(2...6)
    let shape =
      [generator.pick(1...3), classes] + generator.picks(generator.pick(0...2), 1...3)
    let ignored = [nil, -1, 1, nil][Int(seed % 4)]
    var labels = generator.picks(shape.reduce(1, *) / classes, 0...classes - 1)
    if let ignored {
      labels = labels.map { generator.pick(0...2) == 0 ? ignored : $0 }
      // A mean over no label at all is none.
      labels[0] = 0
    }
    let weights = generator.tensor([classes], in: 0.25..<2).elements
    return Problem(
      scores: generator.tensor(shape), labels: labels, weights: seed % 2 == 0 ? nil : weights,
      ignored: ignored, reduction: ["mean", "sum", "none"][Int(seed % 3)])
  }

  /// The logarithms are rounded once from Double, the rest is computed in Double; a gradient is a
  /// difference of two such terms. Third derivatives stay below 1.
  @Test(
    arguments: ["SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"] as [Name], UInt64(0)..<24)
  func `agree with the definition, and their gradients with differences`(
    type: Name, seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let problem = problem(seed: seed, using: &generator)
    var operands: [GradientProblem.Operand] = [
      .parameter(problem.scores),
      .floats(problem.labels.map { Float($0) }, shape: problem.labelShape),
    ]
    if let weights = problem.weights {
      operands.append(.floats(weights.map { Float($0) }, shape: [weights.count]))
    }
    var attributes: Attributes = ["reduction": .string(problem.reduction)]
    if problem.reduction == "mean", seed < 6 { attributes = [:] }
    if let ignored = problem.ignored { attributes["ignore_index"] = .int(ignored) }
    let step = 0x1p-14
    try GradientProblem(
      type, attributes, operands, terms: problem.classes + 8, step: step, slack: step * step / 6,
      magnitude: { problem.magnitude($0[0]) },
      twin: { inputs in
        problem.loss(
          type == "SoftmaxCrossEntropyLoss"
            ? NaiveSoftmax.logarithm(inputs[0], axis: 1) : inputs[0])
      }
    ).expectAgreement(seed: seed)
  }
}
