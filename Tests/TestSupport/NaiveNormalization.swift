import Foundation

/// Batch normalisation from its definition, in Double.
package enum NaiveNormalization {
  /// The mean and biased variance of each channel (axis 1) over all other axes.
  package static func statistics(
    _ source: NaiveTensor
  ) -> (mean: NaiveTensor, variance: NaiveTensor) {
    var mean = NaiveTensor(zeros: [source.shape[1]])
    var variance = mean
    let count = Double(source.elements.count / source.shape[1])
    for index in source.indices { mean[[index[1]]] += source[index] / count }
    for index in source.indices {
      let deviation = source[index] - mean[[index[1]]]
      variance[[index[1]]] += deviation * deviation / count
    }
    return (mean, variance)
  }

  /// scale · (source − mean) / √(variance + ε) + shift, per channel.
  package static func forward(
    _ source: NaiveTensor, mean: NaiveTensor, variance: NaiveTensor, scale: NaiveTensor,
    shift: NaiveTensor, epsilon: Double
  ) -> NaiveTensor {
    var destination = source
    for index in source.indices {
      let channel = [index[1]]
      let deviation = (variance[channel] + epsilon).squareRoot()
      destination[index] =
        scale[channel] * (source[index] - mean[channel]) / deviation + shift[channel]
    }
    return destination
  }
}
