import Kernels
import TensorCore

extension AxisMap {
  /// The average, or the sum, of what a window sees along one axis: a pooling is one such map for
  /// each axis, since its divisor is a product over the axes too.
  ///
  /// Source: ONNX AveragePool; what lies past the padding never counts.
  init(
    averaging window: WindowGeometry, along axis: Int, extent: Int, to outputExtent: Int,
    includesPadding: Bool, isSum: Bool = false
  ) {
    let (first, end) = (-window.padsBegin[axis], extent + window.padsEnd[axis])
    let rows = (0..<outputExtent).map { output -> [Term] in
      let begin = output * window.strides[axis] - window.padsBegin[axis]
      let taps = (0..<window.kernel[axis]).map { begin + $0 * window.dilations[axis] }
      let seen = taps.filter { $0 >= 0 && $0 < extent }
      let divisor =
        isSum ? 1 : includesPadding ? taps.filter { $0 >= first && $0 < end }.count : seen.count
      return seen.map { Term($0, weight: 1 / Float(divisor)) }
    }
    self.init(sourceExtent: extent, rows: rows)
  }
}
