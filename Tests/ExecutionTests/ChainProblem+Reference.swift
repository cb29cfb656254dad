import NetworkIR
import TestSupport

/// What a chain computes and its gradients, in Double, by backpropagation through naive twins.
struct ChainReference {
  let output: NaiveTensor
  /// The gradient of Σ direction·output by each parameter.
  let gradients: [Name: NaiveTensor]
}

extension ChainProblem {
  /// The gradients of Σ direction·output, `map` applied to every element of source, parameters and
  /// direction before.
  ///
  /// Each gradient is a sum of products of elements, one of each tensor on the way. So with
  /// magnitudes for `map` it comes to the sum of the products' magnitudes, and with squares to the
  /// sum of their squares.
  func reference(
    along direction: NaiveTensor, _ map: (NaiveTensor) -> NaiveTensor = { $0 }
  ) -> ChainReference {
    let parameters = factors.map { ($0, weights: map($0.weights), bias: $0.bias.map(map)) }
    var values = [map(source)]
    for (factor, weights, bias) in parameters {
      values.append(factor.applied(values[values.count - 1], weights, bias))
    }
    let output = values.removeLast()
    var gradient = map(direction)
    var gradients: [Name: NaiveTensor] = [:]
    for (index, (factor, weights, bias)) in parameters.enumerated().reversed() {
      let found = factor.gradients(values[index], weights, gradient)
      gradients[Name("w\(index)")] = found.weights
      if bias != nil { gradients[Name("b\(index)")] = found.bias }
      gradient = found.source
    }
    return ChainReference(output: output, gradients: gradients)
  }

  /// The most pairs of an image of the batch and a place that a value of the chain has.
  var mostPlaces: Int {
    var value = source
    return factors.reduce(places(of: source)) { most, factor in
      value = factor.applied(value, factor.weights, factor.bias)
      return max(most, places(of: value))
    }
  }

  /// How often at most a product in an element of the output or of a gradient is rounded, in either
  /// mode.
  ///
  /// C is the most channels of a group, T all factors' taps multiplied, l the number of factors,
  /// N batch times places. Materialized, a gradient sums over each other factor's channels and taps,
  /// one factor after the other, and last over N: at most N + Σ(C·Tⱼ + 1) additions, and
  /// ΣTⱼ ≤ T + l. Online it sums over N, and then as `compositionRoundings` says.
  var roundings: Int { mostPlaces + compositionRoundings }

  /// The same from the kernel's gradient on, or to the kernel: a gradient sums over the channels and
  /// taps of partial compositions, which share the factors among them, so C·T + C·l; and each of the
  /// l − 1 products that made these summed over at most C channels, T pairs of taps and a bias.
  var compositionRoundings: Int {
    let channels =
      factors.map { factor in
        max(factor.weights.shape[0] / factor.naive.groups, factor.weights.shape[1])
      }.max() ?? 1
    let taps = factors.reduce(1) { $1.weights.shape.dropFirst(2).reduce($0, *) }
    return channels * (taps + count) + count * (channels + taps + 1)
  }

  private func places(of value: NaiveTensor) -> Int {
    value.shape.dropFirst(2).reduce(value.shape[0], *)
  }
}

extension ChainProblem.Factor {
  /// A matrix is a kernel without places.
  fileprivate func gradients(
    _ source: NaiveTensor, _ weights: NaiveTensor, _ gradient: NaiveTensor
  ) -> NaiveConvolution.Gradients {
    type == "ConvTranspose"
      ? naive.transposedGradients(source, weights, gradient: gradient)
      : naive.forwardGradients(source, weights, gradient: gradient)
  }
}
