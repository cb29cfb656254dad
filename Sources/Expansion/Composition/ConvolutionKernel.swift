import TensorCore

/// A convolution's weights and bias in Double, with the geometry that gives them meaning.
package struct ConvolutionKernel: Sendable, Hashable {
  package let geometry: KernelGeometry
  /// Row-major over O, I/group and the spatial extents.
  package let weights: [Double]
  /// One number per output, or nil where the convolution has no bias.
  package let bias: [Double]?

  /// Requires a well-formed geometry and as many numbers as it asks for.
  package init(geometry: KernelGeometry, weights: [Double], bias: [Double]?) {
    precondition(geometry.isWellFormed && weights.count == geometry.weightCount)
    precondition(geometry.hasBias == (bias != nil) && bias?.count ?? 0 <= geometry.outputs)
    self.geometry = geometry
    self.weights = weights
    self.bias = bias
  }

  package var hasNonzeroBias: Bool { bias?.contains { $0 != 0 } ?? false }

  var withoutBias: ConvolutionKernel {
    var geometry = geometry
    geometry.hasBias = false
    return ConvolutionKernel(geometry: geometry, weights: weights, bias: nil)
  }

  /// The kernel whose every number is `transform` of this one's.
  package func mapped(_ transform: (Double) -> Double) -> ConvolutionKernel {
    ConvolutionKernel(
      geometry: geometry, weights: weights.map(transform), bias: bias?.map(transform))
  }

  /// One matrix per tap: row-major over tap, output, input of the group.
  var tapMajorWeights: [Double] {
    let taps = geometry.taps
    guard taps > 1 else { return weights }
    let rows = weights.count / taps
    return [Double](count: weights.count) { target in
      weights.withUnsafeBufferPointer { source in
        Parallel.perform(rows, runsOf: 1 << 12) { run in
          for row in run {
            for tap in 0..<taps { target[tap * rows + row] = source[row * taps + tap] }
          }
        }
      }
    }
  }

  /// The inverse of `tapMajorWeights`.
  init(geometry: KernelGeometry, tapMajorWeights source: [Double], bias: [Double]?) {
    let taps = geometry.taps
    let rows = source.count / taps
    let weights =
      taps == 1
      ? source
      : [Double](count: source.count) { target in
        source.withUnsafeBufferPointer { source in
          Parallel.perform(rows, runsOf: 1 << 12) { run in
            for row in run {
              for tap in 0..<taps { target[row * taps + tap] = source[tap * rows + row] }
            }
          }
        }
      }
    self.init(geometry: geometry, weights: weights, bias: bias)
  }
}
