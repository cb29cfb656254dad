import COneDNN

/// Where batch normalisation takes its mean and variance from.
package enum Statistics: Sendable {
  /// Of the batch, per channel; the variance is the biased one. Training writes them.
  case batch
  /// Arguments that are read.
  case given
}

/// Batch normalisation over axis 1: destination = scale · (source − mean) / √(variance + ε) + shift.
///
/// Mean, variance, scale, shift and their gradients are plain vectors of C. Source and destination
/// have one layout, which must be decided, and may be the same memory. Where `isRectified`, the
/// destination is the ReLU of that; in training it leaves a workspace that its gradient reads.
extension Primitive {
  package static func batchNormalization(
    source: TensorLayout, epsilon: Float, statistics: Statistics, isRectified: Bool = false,
    propagation: Propagation = .training, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    try create(.batchNormalization, [source]) {
      expandc_batch_normalization_forward(
        engine.handle, propagation == .training, statistics == .given, isRectified,
        source.handle.pointer, epsilon, $0)
    }
  }

  /// The gradients of source, scale and shift; with statistics of the batch they depend on the
  /// source, so its gradient goes through them too.
  ///
  /// Reads source, mean, variance, scale and `gradientDestination`. Both gradients have one layout,
  /// `gradient`, which may be undecided, and may be the same memory. `forward` is a training primitive of the same problem.
  package static func batchNormalizationBackward(
    source: TensorLayout, gradient: TensorLayout, epsilon: Float, statistics: Statistics,
    isRectified: Bool = false, forward: Primitive, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    try create(.batchNormalizationBackward, [source, gradient]) {
      expandc_batch_normalization_backward(
        engine.handle, statistics == .given, isRectified, source.handle.pointer,
        gradient.handle.pointer, epsilon, forward.handle, $0)
    }
  }
}
