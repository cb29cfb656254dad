extension KernelComposition {
  /// How a function of the composed kernel's weights changes with those of each factor.
  ///
  ///     dA[p, i, t] = Σ_{o,v} B[o, p, v] · dW[o, i, τ(v, t)]
  ///     dB[o, p, v] = Σ_{i,t} A[p, i, t] · dW[o, i, τ(v, t)]
  ///
  /// per group, with τ(v, t) the tap of the composition; along a chain the composition of all
  /// factors before one stands for A. Biases are left out.
  ///
  /// - Parameter gradient: one number per weight of the composition.
  package static func gradients(
    of chain: [ConvolutionKernel], _ gradient: [Double]
  ) throws(CompositionFailure) -> [[Double]] {
    try CompositionDerivative(chain).gradients(gradient)
  }
}
