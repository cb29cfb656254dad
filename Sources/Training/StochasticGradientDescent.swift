/// Stochastic gradient descent with momentum, as PyTorch's `SGD` and ONNX's Momentum compute it.
///
///     g ← g + λ·p            weight decay λ
///     v ← μ·v + (1 − τ)·g    momentum μ, dampening τ; the first step, from v = 0, is not dampened
///     g ← g + μ·v  (Nesterov)   or   g ← v
///     p ← p − η·g            learning rate η
package struct StochasticGradientDescent: Equatable, UpdateRule {
  package var learningRate: Float
  package var momentum: Float
  package var nesterov: Bool
  package var weightDecay: Float
  package var dampening: Float

  package init(
    learningRate: Float, momentum: Float = 0, nesterov: Bool = false, weightDecay: Float = 0,
    dampening: Float = 0
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    self.dampening = dampening
  }

  package var momentCount: Int { momentum == 0 ? 0 : 1 }

  package func step(_ index: Int, _ elements: UpdatedElements) {
    let (parameter, gradient) = (elements.parameter, elements.gradient)
    guard momentum != 0 else {
      for index in 0..<elements.count {
        let decayed = gradient[index] + weightDecay * parameter[index]
        parameter[index] -= learningRate * decayed
      }
      return
    }
    let velocity = elements.moment(0)
    let share = index == 0 ? 1 : 1 - dampening
    if nesterov {
      for index in 0..<elements.count {
        let decayed = gradient[index] + weightDecay * parameter[index]
        let moved = momentum * velocity[index] + share * decayed
        velocity[index] = moved
        parameter[index] -= learningRate * (decayed + momentum * moved)
      }
    } else {
      for index in 0..<elements.count {
        let decayed = gradient[index] + weightDecay * parameter[index]
        let moved = momentum * velocity[index] + share * decayed
        velocity[index] = moved
        parameter[index] -= learningRate * moved
      }
    }
  }
}
