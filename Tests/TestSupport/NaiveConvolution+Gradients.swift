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
    let (outputs, perGroup) = (weights.shape[0], weights.shape[1])
    let links = links(
      image: Array(source.shape.dropFirst(2)), strided: Array(gradient.shape.dropFirst(2)),
      kernel: Array(weights.shape.dropFirst(2)))
    var result = Gradients(source, weights, outputs: outputs)
    for n in 0..<source.shape[0] {
      for o in 0..<outputs {
        let y = gradient.range([n, o])
        for position in y { result.bias.elements[o] += gradient.elements[position] }
        for inner in 0..<perGroup {
          let x = source.range([n, o / (outputs / groups) * perGroup + inner]).lowerBound
          let w = weights.range([o, inner]).lowerBound
          for link in links {
            result.add(
              gradient.elements[y.lowerBound + link.strided], x + link.image, w + link.tap, source,
              weights)
          }
        }
      }
    }
    return result
  }

  /// Those of `transposed`:
  ///
  ///     dSource[n, i, x] = Σ_{o, t} weights[i, o, t] · gradient[n, o, x·s − p + t·d]
  ///     dWeights[i, o, t] = Σ_{n, x} source[n, i, x] · gradient[n, o, x·s − p + t·d]
  ///     dBias[o] = Σ_{n, y} gradient[n, o, y]
  package func transposedGradients(
    _ source: NaiveTensor, _ weights: NaiveTensor, gradient: NaiveTensor
  ) -> Gradients {
    let (inputs, perGroup) = (weights.shape[0], weights.shape[1])
    let links = links(
      image: Array(gradient.shape.dropFirst(2)), strided: Array(source.shape.dropFirst(2)),
      kernel: Array(weights.shape.dropFirst(2)))
    var result = Gradients(source, weights, outputs: perGroup * groups)
    for n in 0..<source.shape[0] {
      for o in 0..<perGroup * groups {
        let y = gradient.range([n, o])
        for position in y { result.bias.elements[o] += gradient.elements[position] }
        for inner in 0..<inputs / groups {
          let i = o / perGroup * (inputs / groups) + inner
          let x = source.range([n, i]).lowerBound
          let w = weights.range([i, o % perGroup]).lowerBound
          for link in links {
            result.add(
              gradient.elements[y.lowerBound + link.image], x + link.strided, w + link.tap, source,
              weights)
          }
        }
      }
    }
    return result
  }
}

extension NaiveConvolution.Gradients {
  fileprivate init(_ source: NaiveTensor, _ weights: NaiveTensor, outputs: Int) {
    self.source = NaiveTensor(zeros: source.shape)
    self.weights = NaiveTensor(zeros: weights.shape)
    bias = NaiveTensor(zeros: [outputs])
  }

  /// What one product of a forward sum, source[x]·weights[w], gives to both.
  fileprivate mutating func add(
    _ gradient: Double, _ x: Int, _ w: Int, _ source: NaiveTensor, _ weights: NaiveTensor
  ) {
    self.source.elements[x] += weights.elements[w] * gradient
    self.weights.elements[w] += source.elements[x] * gradient
  }
}
