/// The running mean and variance that batch normalisation keeps for inference.
package enum RunningStatistics {
  /// running ← μ·running + (1 − μ)·correction·batch, with ONNX's momentum μ (PyTorch's is 1 − μ).
  package static func update(
    _ running: UnsafeMutableBufferPointer<Float>, with batch: UnsafeBufferPointer<Float>,
    momentum: Float, correction: Float = 1
  ) {
    precondition(running.count == batch.count)
    let share = (1 - momentum) * correction
    for index in 0..<running.count {
      running[index] = momentum * running[index] + share * batch[index]
    }
  }

  /// What turns the biased variance of `count` elements into the unbiased one: n / (n − 1).
  ///
  /// A single element has no unbiased variance; its biased one, 0, is then left as it is.
  package static func unbiasedCorrection(count: Int) -> Float {
    count > 1 ? Float(Double(count) / Double(count - 1)) : 1
  }
}
