import COneDNN
import TensorCore

extension WindowGeometry {
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
