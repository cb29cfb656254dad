/// Adagrad, with step t counted from 0:
///
///     g ← g + λ·p                     weight decay λ
///     h ← h + g²
///     p ← p − η/(1 + t·δ) · g / (√h + ε)      decay δ of the learning rate
///
/// Source: J. Duchi, E. Hazan, Y. Singer, *Adaptive subgradient methods*, 2011; PyTorch `Adagrad`; ONNX
/// ai.onnx.preview.training Adagrad, opset 1.
package struct Adagrad: Equatable, UpdateRule {
  package var learningRate: Float
  package var rateDecay: Float
  package var epsilon: Float
  package var weightDecay: Float

  package init(
    learningRate: Float = 0.01, rateDecay: Float = 0, epsilon: Float = 1e-10,
    weightDecay: Float = 0
  ) {
    self.learningRate = learningRate
    self.rateDecay = rateDecay
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  package var momentCount: Int { 1 }

  package func step(_ index: Int, _ elements: UpdatedElements) {
    let (parameter, gradient) = (elements.parameter, elements.gradient)
    let rate = learningRate / (1 + Float(index) * rateDecay)
    let squares = elements.moment(0)
    for index in 0..<elements.count {
      let decayed = gradient[index] + weightDecay * parameter[index]
      squares[index] += decayed * decayed
      parameter[index] -= rate * decayed / (squares[index].squareRoot() + epsilon)
    }
  }
}
