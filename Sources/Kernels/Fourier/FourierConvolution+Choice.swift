/// When products of spectra are the faster way.
extension FourierConvolution {
  /// Whether the convolution and its gradients should take at most two thirds of the time that sums
  /// over taps would.
  ///
  /// All is counted in multiplications at the rate of a direct convolution, which loses little on
  /// channels that don't fill a vector. One in a product of small matrices counts 3/2, and moving a
  /// number through memory counts too: 100 for one of the images' spectra, which is transformed,
  /// written and read, 150 for one of the kernels' matrices. Measured with 25 and 49 taps on 12 to
  /// 128 channels and images of 8×8 to 32×32, batch 64 and 128, what is chosen so takes 0.24 to 0.48
  /// of the time; with 9 taps 0.7 to 0.9 were measured, and nothing is chosen.
  package var isWorthwhile: Bool {
    let taps = Double(kernel[0] * kernel[1])
    let results = Double(resultExtents[0]) * Double(resultExtents[1])
    let direct = Double(batch) * results * taps * Double(inputs * outputs)
    let products = matrices.count * Double(sourceSpectra.rows)
    let images = sourceSpectra.count + resultSpectra.count
    return 1.5 * (1.5 * products + 100 * images + 150 * matrices.count) <= direct
  }
}

extension FourierConvolution.Spectra {
  fileprivate var count: Double { Double(slots) * Double(rows) * Double(columns) }
}
