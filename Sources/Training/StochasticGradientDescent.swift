import TensorCore

/// Stochastic gradient descent with momentum, as PyTorch's `SGD` and ONNX's Momentum compute it.
///
///     g ← g + λ·p            weight decay λ
///     v ← μ·v + (1 − τ)·g    momentum μ, dampening τ; the first step, from v = 0, is not dampened
///     g ← g + μ·v  (Nesterov)   or   g ← v
///     p ← p − η·g            learning rate η
package struct StochasticGradientDescent: Equatable, Sendable {
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

  /// Moves `parameter` by one step; all buffers are equally long and lie apart.
  ///
  /// `velocity` is read and written only where there is momentum. What layout the elements lie in
  /// does not matter, as long as it is one: the padding of a blocked layout stays 0.
  package func step(
    parameter: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>,
    velocity: UnsafeMutableBufferPointer<Float>, isFirst: Bool = false
  ) {
    let count = parameter.count
    precondition(gradient.count == count && (momentum == 0 || velocity.count == count))
    let work = Work(
      descent: self, parameter: parameter, gradient: gradient, velocity: velocity,
      share: isFirst ? 1 : 1 - dampening)
    withUnsafePointer(to: work) {
      Parallel.perform((count + Self.runLength - 1) / Self.runLength, on: $0) { run, work in
        work?.assumingMemoryBound(to: Work.self).pointee.step(run: run)
      }
    }
  }

  private struct Work {
    let descent: StochasticGradientDescent
    let parameter: UnsafeMutableBufferPointer<Float>
    let gradient: UnsafeBufferPointer<Float>
    let velocity: UnsafeMutableBufferPointer<Float>
    let share: Float

    func step(run: Int) {
      let runLength = StochasticGradientDescent.runLength
      let start = run * runLength
      let range = start..<min(start + runLength, parameter.count)
      descent.step(
        parameter: .init(rebasing: parameter[range]), gradient: .init(rebasing: gradient[range]),
        velocity: descent.momentum == 0 ? velocity : .init(rebasing: velocity[range]),
        count: range.count, share: share)
    }
  }

  /// Elements that one core moves at a time: their 768 KiB stay in its cache from read to write.
  private static let runLength = 1 << 16

  private func step(
    parameter: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>,
    velocity: UnsafeMutableBufferPointer<Float>, count: Int, share: Float
  ) {
    guard momentum != 0 else {
      for index in 0..<count {
        let decayed = gradient[index] + weightDecay * parameter[index]
        parameter[index] -= learningRate * decayed
      }
      return
    }
    if nesterov {
      for index in 0..<count {
        let decayed = gradient[index] + weightDecay * parameter[index]
        let moved = momentum * velocity[index] + share * decayed
        velocity[index] = moved
        parameter[index] -= learningRate * (decayed + momentum * moved)
      }
    } else {
      for index in 0..<count {
        let decayed = gradient[index] + weightDecay * parameter[index]
        let moved = momentum * velocity[index] + share * decayed
        velocity[index] = moved
        parameter[index] -= learningRate * moved
      }
    }
  }
}
