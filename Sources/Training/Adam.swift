import Foundation

/// Adam, with step t counted from 1:
///
///     g ← g + λ·p                     weight decay λ
///     m ← β₁·m + (1 − β₁)·g
///     v ← β₂·v + (1 − β₂)·g²
///     p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
///
/// as PyTorch computes it. ONNX adds ε to √v itself (`Epsilon.uncorrected`), takes t as it is given,
/// 0 at first, and corrects nothing at 0.
///
/// Source: D. Kingma, J. Ba, *Adam: a method for stochastic optimization*, 2015; PyTorch `Adam`; ONNX
/// ai.onnx.preview.training Adam, opset 1.
package struct Adam: Equatable, UpdateRule {
  package enum Epsilon: Sendable {
    case corrected, uncorrected
  }

  package var learningRate: Float
  package var beta1: Float
  package var beta2: Float
  package var epsilon: Float
  package var placement: Epsilon
  package var weightDecay: Float
  /// What the parameter shrinks by after the step: p ← (1 − this)·p.
  package var shrinkage: Float

  package init(
    learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
    placement: Epsilon = .corrected, weightDecay: Float = 0, shrinkage: Float = 0
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.placement = placement
    self.weightDecay = weightDecay
    self.shrinkage = shrinkage
  }

  package var momentCount: Int { 2 }

  package func step(_ index: Int, _ elements: UpdatedElements) {
    let (parameter, gradient) = (elements.parameter, elements.gradient)
    let time = Double(placement == .corrected ? index + 1 : index)
    // ONNX's step 0 is not corrected.
    let first = time > 0 ? 1 - pow(Double(beta1), time) : 1
    let root = time > 0 ? (1 - pow(Double(beta2), time)).squareRoot() : 1
    let rate = Float(Double(learningRate) / first * root)
    let epsilon = placement == .corrected ? Float(Double(epsilon) * root) : epsilon
    let (m, v) = (elements.moment(0), elements.moment(1))
    for index in 0..<elements.count {
      let decayed = gradient[index] + weightDecay * parameter[index]
      m[index] = beta1 * m[index] + (1 - beta1) * decayed
      v[index] = beta2 * v[index] + (1 - beta2) * decayed * decayed
      let moved = parameter[index] - rate * m[index] / (v[index].squareRoot() + epsilon)
      parameter[index] = (1 - shrinkage) * moved
    }
  }
}
