import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of the loss` {
  /// x → Flatten → Gemm, a linear classifier.
  private func classifier(_ image: [Int], _ w: NaiveTensor, _ b: NaiveTensor) throws -> Graph {
    var builder = GraphBuilder(name: "classifier", opset: 13)
    builder.addInput("x", type: ValueType(.float, [.symbolic("n")] + image.map(Dimension.fixed)))
    builder.addParameter("w", w)
    builder.addParameter("b", b)
    builder.addNode(name: "flatten", .flatten(Flatten()), inputs: ["x"], outputs: ["f"])
    builder.addNode(
      name: "gemm", .gemm(Gemm(transB: true)), inputs: ["f", "w", "b"], outputs: ["y"])
    builder.addOutput("y", type: nil)
    return try builder.build()
  }

  @Test(arguments: UInt64(0)..<12)
  func `the mean softmax cross-entropy, its gradients and what is right`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let image = generator.picks(3, 1...4)
    let features = image.reduce(1, *)
    let (batch, classes) = (generator.pick(1...7), generator.pick(2...12))
    let w = generator.tensor([classes, features])
    let b = generator.tensor([classes])
    let x = generator.tensor([batch, features])
    let labels = generator.picks(batch, 0...classes - 1)

    func logits(_ w: NaiveTensor, _ b: NaiveTensor) -> NaiveTensor {
      NaiveArithmetic.forward(NaiveProduct.forward(x, NaiveProduct.transpose(w)), b, +)
    }
    func loss(_ w: NaiveTensor, _ b: NaiveTensor) -> Double {
      let logarithms = NaiveSoftmax.logarithm(logits(w, b), axis: 1)
      return labels.enumerated().reduce(0) { $0 - logarithms[[$1.offset, $1.element]] }
        / Double(batch)
    }

    let session = try Session(try classifier(image, w, b), threads: 1)
    let run = try session.classification(batchSize: batch, imageShape: image, isTraining: true)
    _ = run.images.update(fromContentsOf: x.floats)
    _ = run.labels.update(fromContentsOf: labels.map { Int32($0) })
    let (meanLoss, correct) = try run()

    // With u = 2⁻²⁴: a logit, a sum of K + 1 products ≤ 1, errs by d = (K + 3)(K + 1)u. Softmax is
    // computed in Double, so that the loss errs by 2d and a probability by 2d, relatively.
    let unit = 0x1p-24
    let d = Double((features + 3) * (features + 1)) * unit
    let context: Comment = "seed \(seed): \(batch)×\(features) in \(classes) classes"
    #expect((meanLoss - loss(w, b)).magnitude <= 2 * d, context)
    let expected = logits(w, b)
    let isRight = labels.enumerated().map { row, label in
      (0..<classes).allSatisfy { expected[[row, $0]] <= expected[[row, label]] }
    }
    #expect(correct == isRight.count { $0 }, context)

    // An element of the gradient is the mean over the batch of (p − 1 at the label)·x with |x| ≤ 1:
    // 2d of each factor, its rounding, and the sum's. Third derivatives of the differences are
    // below 1 in each parameter, whose steps they err by the square of.
    let step = 0x1p-14
    let bound = 2 * d + Double(batch + 3) * unit + step * step / 6
    for (index, parameter) in run.parameters.enumerated() {
      let isWeight = session.graph[parameter].name == "w"
      let value = isWeight ? w : b
      let positions = value.sample(24, using: &generator)
      let slopes = value.gradient(step: step, at: positions) {
        isWeight ? loss($0, b) : loss(w, $0)
      }
      let gradient = NaiveTensor(value.shape, run.gradient(index).map(Double.init))
      let disagreement = gradient.selecting(positions).disagreement(
        with: slopes, within: slopes.map { _ in bound })
      #expect(disagreement == nil, context)
    }
    #expect(run.parameters.count == 2)
  }
}
