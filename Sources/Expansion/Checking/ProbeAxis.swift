/// Which places of one axis a kernel reads:
///
///     source(p, t) = s·p + d·t − pad                         of a convolution
///     source(p, t) = (p + pad − d·t)/s, where that is whole   of a transposed one
///
/// SAME pads are those of the given input. Where they, or an output shape, make those of a
/// transposed convolution, which no composition depends on, they count as 0.
struct ProbeAxis {
  let taps: Int
  let output: Int
  private let input: Int
  private let stride: Int
  private let dilation: Int
  private let pad: Int
  private let reach: Int
  private let isTransposed: Bool

  /// Nil where there is no output, or where it would be too large.
  init?(_ geometry: KernelGeometry, _ axis: Int, input: Int) {
    let limit = ProbeImages.numberLimit
    taps = geometry.extents[axis]
    stride = geometry.strides[axis]
    dilation = geometry.dilations[axis]
    self.input = input
    isTransposed = geometry.isTransposed
    let (reach, overflow) = dilation.multipliedReportingOverflow(by: taps - 1)
    var (begin, end) = (geometry.padsBegin[axis], geometry.padsEnd[axis])
    guard !overflow, [reach, stride, begin, end].allSatisfy({ $0 < limit }) else { return nil }
    if let transposition = geometry.transposition {
      let extra = transposition.outputPadding[axis]
      if transposition.outputShape != nil { (begin, end) = (0, 0) }
      guard extra < limit else { return nil }
      output = (input - 1) * stride + reach + 1 + extra - begin - end
    } else {
      if let samePadding = geometry.samePadding {
        let count = (input - 1) / stride + 1
        let total = max(0, (count - 1) * stride + reach + 1 - input)
        begin = samePadding == .upper ? total / 2 : total - total / 2
        end = total - begin
      }
      guard input + begin + end > reach else { return nil }
      output = (input + begin + end - reach - 1) / stride + 1
    }
    guard (1...limit).contains(output) else { return nil }
    pad = begin
    self.reach = reach
  }

  /// The place that tap `tap` of output `output` reads; nil in the padding, and between places.
  func source(of output: Int, _ tap: Int) -> Int? {
    var place = stride * output + dilation * tap - pad
    if isTransposed {
      let spread = output + pad - dilation * tap
      guard spread >= 0, spread.isMultiple(of: stride) else { return nil }
      place = spread / stride
    }
    return place >= 0 && place < input ? place : nil
  }

  /// Outputs that between them read with every tap, on an input one stride longer than the reach.
  ///
  /// That is one output within, or, of a transposed kernel, whose output p reads with the taps of
  /// d·t ≡ p + pad (mod s), one for each remainder that taps have.
  var cover: [Int] {
    guard isTransposed else { return [min((pad + stride - 1) / stride, output - 1)] }
    let start = max(0, reach - pad)
    let outputs = Set(
      (0..<taps).map { tap in
        let steps = (dilation * tap - start - pad) % stride
        return start + (steps < 0 ? steps + stride : steps)
      })
    return outputs.filter { $0 < output }.sorted()
  }
}
