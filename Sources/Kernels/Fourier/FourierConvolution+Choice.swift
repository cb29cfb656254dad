/// When products of spectra are the faster way.
extension FourierConvolution {
  /// Whether the convolution and its gradients should take at most two thirds of the time that sums
  /// over taps would, and that is some milliseconds: of less there is little to save, and a tile's
  /// rounding errors are larger than a window's.
  ///
  /// All is counted in multiplications at the rate of a direct convolution, which skips the taps in
  /// the padding and loses little on channels that don't fill a vector. Products of small matrices
  /// take as many as they have; moving a number through memory counts 40 for one of the images'
  /// spectra, which is transformed, written and read, and 65 for one of the kernels' matrices:
  /// least squares over convolutions of 9 to 49 taps on 8 to 192 channels and images of 8×8 to
  /// 32×32, on two cores with AVX-512 in halves (Zen 4). Where memory is slower in terms of
  /// arithmetic, less is gained.
  package var isWorthwhile: Bool {
    let pairs = Double(batch) * Double(inputs * outputs)
    let direct = zip(tilings, 0..<2).reduce(pairs) { product, axis in
      product * Double(axis.0.tapsWithin(sourceExtents[axis.1], kernel: kernel[axis.1]))
    }
    let products = matrices.count * Double(sourceSpectra.rows)
    let images = sourceSpectra.count + resultSpectra.count
    return direct >= 0x1p29 && 1.5 * (products + 40 * images + 65 * matrices.count) <= direct
  }
}

extension FourierConvolution.Spectra {
  fileprivate var count: Double { Double(slots) * Double(rows) * Double(columns) }
}
