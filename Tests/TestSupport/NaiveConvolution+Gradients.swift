extension NaiveConvolution {
  /// The gradients of Σ gradient·destination by source, weights and bias.
  package struct Gradients {
    package var source: NaiveTensor
    package var weights: NaiveTensor
    package var bias: NaiveTensor
  }

  /// Those of `forward`:
  ///
  ///     dSource[n, i, y·s − p + t·d] += weights[o, i, t] · gradient[n, o, y]
  ///     dWeights[o, i, t] = Σ_{n, y} source[n, i, y·s − p + t·d] · gradient[n, o, y]
  ///     dBias[o] = Σ_{n, y} gradient[n, o, y]
  package func forwardGradients(
    _ source: NaiveTensor, _ weights: NaiveTensor, gradient: NaiveTensor
  ) -> Gradients {
    gradients(
      of: forwardProducts(source.shape, weights.shape, gradient.shape), source, weights, gradient)
  }

  /// Those of `transposed`:
  ///
  ///     dSource[n, i, x] = Σ_{o, t} weights[i, o, t] · gradient[n, o, x·s − p + t·d]
  ///     dWeights[i, o, t] = Σ_{n, x} source[n, i, x] · gradient[n, o, x·s − p + t·d]
  ///     dBias[o] = Σ_{n, y} gradient[n, o, y]
  package func transposedGradients(
    _ source: NaiveTensor, _ weights: NaiveTensor, gradient: NaiveTensor
  ) -> Gradients {
    gradients(
      of: transposedProducts(source.shape, weights.shape, gradient.shape), source, weights,
      gradient)
  }

  /// What each product of a sum gives to its two factors.
  private func gradients(
    of products: Products, _ source: NaiveTensor, _ weights: NaiveTensor, _ gradient: NaiveTensor
  ) -> Gradients {
    var result = Gradients(
      source: NaiveTensor(zeros: source.shape), weights: NaiveTensor(zeros: weights.shape),
      bias: NaiveTensor(zeros: [gradient.shape[1]]))
    for n in 0..<gradient.shape[0] {
      for o in 0..<gradient.shape[1] {
        for y in gradient.range([n, o]) { result.bias.elements[o] += gradient.elements[y] }
      }
    }
    products { y, x, w in
      result.source.elements[x] += weights.elements[w] * gradient.elements[y]
      result.weights.elements[w] += source.elements[x] * gradient.elements[y]
    }
    return result
  }
}
