import COneDNN

/// How a kernel slides over one to three spatial axes, outermost first.
///
/// As in ONNX: dilation 1 is dense, and pads count the elements before and after each axis.
package struct Window: Equatable, Sendable {
  package var kernel: [Int]
  package var strides: [Int]
  package var dilations: [Int]
  package var padsBegin: [Int]
  package var padsEnd: [Int]

  /// What is left out is 1 for strides and dilations and 0 for pads.
  package init(
    kernel: [Int], strides: [Int]? = nil, dilations: [Int]? = nil, padsBegin: [Int]? = nil,
    padsEnd: [Int]? = nil
  ) {
    self.kernel = kernel
    self.strides = strides ?? kernel.map { _ in 1 }
    self.dilations = dilations ?? kernel.map { _ in 1 }
    self.padsBegin = padsBegin ?? kernel.map { _ in 0 }
    self.padsEnd = padsEnd ?? kernel.map { _ in 0 }
  }

  /// The library's form, or nil where the ranks differ or are not 1 to 3, or a kernel extent, a
  /// stride or a dilation is below 1, or a number is so large that the library's sums overflow.
  var raw: expandc_window? {
    let rank = kernel.count
    guard (1...3).contains(rank),
      [strides, dilations, padsBegin, padsEnd].allSatisfy({ $0.count == rank }),
      (kernel + strides + dilations).allSatisfy({ $0 >= 1 }),
      (kernel + strides + dilations + padsBegin + padsEnd).allSatisfy({
        Int32(exactly: $0) != nil
      })
    else { return nil }
    func triple(_ values: [Int]) -> (Int64, Int64, Int64) {
      let padded = values + [0, 0]
      return (Int64(padded[0]), Int64(padded[1]), Int64(padded[2]))
    }
    return expandc_window(
      kernel: triple(kernel), strides: triple(strides), dilations: triple(dilations),
      pads_begin: triple(padsBegin), pads_end: triple(padsEnd))
  }
}
