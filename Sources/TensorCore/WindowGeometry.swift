/// How a window slides over the spatial axes of a tensor: the geometry that convolution and
/// pooling share. All arrays have one entry for each spatial axis.
package struct WindowGeometry: Hashable, Sendable {
  package var kernel: [Int]
  package var strides: [Int]
  /// 1 is dense, as in ONNX.
  package var dilations: [Int]
  package var padsBegin: [Int]
  package var padsEnd: [Int]

  package init(
    kernel: [Int], strides: [Int]? = nil, dilations: [Int]? = nil, padsBegin: [Int]? = nil,
    padsEnd: [Int]? = nil
  ) {
    self.kernel = kernel
    self.strides = strides ?? Array(repeating: 1, count: kernel.count)
    self.dilations = dilations ?? Array(repeating: 1, count: kernel.count)
    self.padsBegin = padsBegin ?? Array(repeating: 0, count: kernel.count)
    self.padsEnd = padsEnd ?? Array(repeating: 0, count: kernel.count)
  }

  package var rank: Int { kernel.count }

  package var isPadded: Bool { (padsBegin + padsEnd).contains { $0 != 0 } }

  /// Extent that the dilated kernel covers along `axis`: d·(k − 1) + 1.
  package func reach(_ axis: Int) -> Int { dilations[axis] * (kernel[axis] - 1) + 1 }

  /// Output extents ⌊(x + pads − reach)/stride⌋ + 1 (⌈ ⌉ with `ceil`), or nil where the window
  /// doesn't fit or a number overflows.
  ///
  /// With `ceil` the last window must begin inside the input or its left padding (PyTorch's rule,
  /// which ONNX adopted for pooling).
  package func outputExtents(_ input: [Int], ceil: Bool = false) -> [Int]? {
    guard input.count == rank else { return nil }
    var output: [Int] = []
    for axis in 0..<rank {
      let sums = [padsBegin[axis], padsEnd[axis]].reduce((input[axis], false)) {
        let (sum, overflow) = $0.0.addingReportingOverflow($1)
        return (sum, $0.1 || overflow)
      }
      let (span, spanOverflow) = dilations[axis].multipliedReportingOverflow(by: kernel[axis] - 1)
      guard !sums.1, !spanOverflow, strides[axis] > 0, kernel[axis] > 0 else { return nil }
      let room = sums.0 - span - 1
      guard room >= 0 else { return nil }
      var extent = room / strides[axis] + 1
      if ceil, room % strides[axis] != 0,
        extent * strides[axis] < input[axis] + padsBegin[axis]
      {
        extent += 1
      }
      output.append(extent)
    }
    return output
  }
}
