import NetworkIR

extension NaiveNetwork {
  /// Applies a function that is linear in each operand to values and to magnitudes.
  ///
  /// A product goes through its own rounding and one for each of `terms` sums.
  private static func apply(
    _ operands: [Result?], terms: Int, _ function: ([NaiveTensor?]) -> NaiveTensor
  ) -> Result {
    Result(
      value: function(operands.map { $0?.value }),
      magnitude: function(operands.map { $0?.magnitude }),
      roundings: operands.reduce(terms + 1) { $0 + ($1?.roundings ?? 0) })
  }

  static func convolution(_ conv: Conv, _ x: Result, _ w: Result, _ b: Result?) -> Result {
    let kernel = Array(w.value.shape.dropFirst(2))
    var (begins, ends) = explicitPads(conv.window, rank: kernel.count)
    let strides = conv.window.strides ?? kernel.map { _ in 1 }
    let dilations = conv.window.dilations ?? kernel.map { _ in 1 }
    if conv.window.autoPad == .sameUpper || conv.window.autoPad == .sameLower {
      for axis in kernel.indices {
        // ONNX: as many outputs as ⌈extent/stride⌉, an odd pad at the end for SAME_UPPER.
        let extent = x.value.shape[axis + 2]
        let outputs = (extent + strides[axis] - 1) / strides[axis]
        let reach = (kernel[axis] - 1) * dilations[axis] + 1
        let total = max(0, (outputs - 1) * strides[axis] + reach - extent)
        let (small, large) = (total / 2, total - total / 2)
        (begins[axis], ends[axis]) =
          conv.window.autoPad == .sameUpper ? (small, large) : (large, small)
      }
    }
    let naive = NaiveConvolution(
      strides: strides, dilations: dilations, padsBegin: begins, padsEnd: ends,
      groups: conv.group)
    return apply([x, w, b], terms: w.value.elements.count / w.value.shape[0] + 1) { operands in
      naive.forward(operands[0]!, operands[1]!, operands[2])
    }
  }

  static func transposedConvolution(
    _ conv: ConvTranspose, _ x: Result, _ w: Result, _ b: Result?
  ) -> Result {
    let kernel = Array(w.value.shape.dropFirst(2))
    var (begins, ends) = explicitPads(conv.window, rank: kernel.count)
    let strides = conv.window.strides ?? kernel.map { _ in 1 }
    let dilations = conv.window.dilations ?? kernel.map { _ in 1 }
    let lengthening = conv.outputPadding ?? kernel.map { _ in 0 }
    let isSame = conv.window.autoPad == .sameUpper || conv.window.autoPad == .sameLower
    for axis in kernel.indices {
      let extent = x.value.shape[axis + 2]
      guard let wanted = conv.outputShape?[axis] ?? (isSame ? extent * strides[axis] : nil) else {
        continue
      }
      // ONNX: the pads are whatever gives that extent, the larger half at the end for SAME_UPPER,
      // at the beginning otherwise; what the taps don't reach is at the end.
      let reach = (kernel[axis] - 1) * dilations[axis] + 1
      let total = strides[axis] * (extent - 1) + lengthening[axis] + reach - wanted
      guard total >= 0 else {
        // SAME pads are never negative: onnxruntime's way, not the text's.
        if conv.outputShape != nil { ends[axis] = total }
        continue
      }
      let (small, large) = (total / 2, total - total / 2)
      (begins[axis], ends[axis]) =
        conv.window.autoPad == .sameUpper ? (small, large) : (large, small)
    }
    let naive = NaiveConvolution(
      strides: strides, dilations: dilations, padsBegin: begins, padsEnd: ends,
      groups: conv.group)
    let taps = kernel.reduce(1, *)
    return apply([x, w, b], terms: w.value.shape[0] / conv.group * taps + 1) { operands in
      naive.transposed(operands[0]!, operands[1]!, operands[2], outputPadding: lengthening)
    }
  }

  static func product(_ gemm: Gemm, _ a: Result, _ b: Result, _ c: Result?) -> Result {
    func scaled(_ result: Result?, _ scale: Float, isTransposed: Bool) -> Result? {
      guard var result else { return nil }
      if isTransposed {
        result.value = NaiveProduct.transpose(result.value)
        result.magnitude = NaiveProduct.transpose(result.magnitude)
      }
      for index in result.value.elements.indices {
        result.value.elements[index] *= Double(scale)
        result.magnitude.elements[index] *= Double(scale.magnitude)
      }
      result.roundings += scale == 1 ? 0 : 1
      return result
    }
    let left = scaled(a, 1, isTransposed: gemm.transA) ?? a
    let right = scaled(b, gemm.alpha, isTransposed: gemm.transB) ?? b
    let result = product(left, right)
    return scaled(c, gemm.beta, isTransposed: false).map { sum(result, $0) } ?? result
  }

  /// [..., K] × [K, N]; a first operand of rank 2 or more.
  static func product(_ a: Result, _ b: Result) -> Result {
    let depth = b.value.shape[0]
    return apply([a, b], terms: depth) { operands in
      let (a, b) = (operands[0]!, operands[1]!)
      let rows = a.shape.dropLast().reduce(1, *)
      let matrix = NaiveProduct.forward(NaiveTensor([rows, depth], a.elements), b)
      return NaiveTensor(a.shape.dropLast() + [b.shape[1]], matrix.elements)
    }
  }

  /// The larger shape's, the other broadcast over it from the right, as ONNX does.
  static func sum(_ a: Result, _ b: Result) -> Result {
    if a.value.elements.count < b.value.elements.count { return sum(b, a) }
    func added(_ a: NaiveTensor, _ b: NaiveTensor) -> NaiveTensor {
      var sum = a
      let missing = a.shape.count - b.shape.count
      for (position, index) in a.indices.enumerated() {
        let place = b.shape.indices.map { b.shape[$0] == 1 ? 0 : index[$0 + missing] }
        sum.elements[position] += b[place]
      }
      return sum
    }
    return Result(
      value: added(a.value, b.value), magnitude: added(a.magnitude, b.magnitude),
      roundings: max(a.roundings, b.roundings) + 1)
  }

  private static func explicitPads(
    _ window: Window, rank: Int
  ) -> (begins: [Int], ends: [Int]) {
    let none = [Int](repeating: 0, count: rank)
    guard window.autoPad == .notset, let pads = window.pads else { return (none, none) }
    return (Array(pads.prefix(rank)), Array(pads.suffix(rank)))
  }
}
