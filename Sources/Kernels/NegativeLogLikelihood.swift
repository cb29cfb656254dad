/// How the losses of single elements become one.
package enum LossReduction: String, Sendable {
  case none, sum, mean
}

/// The negative log-likelihood of labels: −w[t]·x[n, t, i] of each label t = labels[n, i].
///
/// `logarithms` are plain [batch, classes, inner], labels and single losses [batch, inner]. Labels
/// are numbers in Floats. An ignored label adds nothing, neither to the loss nor to the weight that
/// the mean divides by; a label that names no class gives NaN.
package struct NegativeLogLikelihood: Sendable {
  let reduction: LossReduction
  let ignored: Int?
  let (batch, classes, inner): (Int, Int, Int)

  /// Requires a shape of at least two axes.
  package init(reduction: LossReduction, ignored: Int?, shape: [Int]) {
    self.reduction = reduction
    self.ignored = ignored
    (batch, classes, inner) = (shape[0], shape[1], shape[2...].reduce(1, *))
  }

  /// - Parameters:
  ///   - weights: of the classes; nil for 1.
  ///   - loss: one element, or those of all labels where nothing is reduced.
  package func forward(
    logarithms: UnsafePointer<Float>, labels: UnsafePointer<Float>,
    weights: UnsafePointer<Float>?, loss: UnsafeMutablePointer<Float>
  ) {
    var (sum, weight) = (0.0, 0.0)
    forEachLabel(labels, weights) { index, position, w in
      let single = position.map { -Double(w) * Double(logarithms[$0]) } ?? (w == 0 ? 0 : .nan)
      sum += single
      weight += Double(w)
      if reduction == .none { loss[index] = Float(single) }
    }
    if reduction != .none { loss[0] = Float(reduction == .sum ? sum : sum / weight) }
  }

  /// −w[t]·g at the labels and 0 elsewhere, with the gradient g of the loss, divided by Σ w for the
  /// mean.
  package func backward(
    labels: UnsafePointer<Float>, weights: UnsafePointer<Float>?, gradient: UnsafePointer<Float>,
    gradientSource: UnsafeMutablePointer<Float>
  ) {
    gradientSource.update(repeating: 0, count: batch * classes * inner)
    var weight = 0.0
    if reduction == .mean { forEachLabel(labels, weights) { weight += Double($2) } }
    let share = reduction == .mean ? 1 / weight : 1
    forEachLabel(labels, weights) { index, position, w in
      guard let position else { return }
      let g = Double(gradient[reduction == .none ? index : 0])
      gradientSource[position] = Float(-Double(w) * g * share)
    }
  }

  /// Calls `body` with each label's index, the position of its class, nil where there is none, and
  /// its weight, 0 where it is ignored.
  private func forEachLabel(
    _ labels: UnsafePointer<Float>, _ weights: UnsafePointer<Float>?,
    _ body: (_ index: Int, _ position: Int?, _ weight: Float) -> Void
  ) {
    for index in 0..<batch * inner {
      let label = Int(exactly: labels[index])
      if let label, label == ignored {
        body(index, nil, 0)
      } else if let label, label >= 0, label < classes {
        let (n, i) = (index / inner, index % inner)
        body(index, (n * classes + label) * inner + i, weights?[label] ?? 1)
      } else {
        body(index, nil, .nan)
      }
    }
  }
}
