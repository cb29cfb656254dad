/// Pooling from ONNX's definition, in Double.
package struct NaivePooling: Sendable, CustomStringConvertible {
  package enum Function: CaseIterable, Sendable { case maximum, average, averageWithPadding }

  package var function: Function
  package var kernel: [Int]
  package var strides: [Int]
  package var dilations: [Int]
  package var padsBegin: [Int]
  package var padsEnd: [Int]
  /// Rounds the destination's extents up, but for windows that would begin in the end's padding.
  package var ceil: Bool

  package init(
    function: Function, kernel: [Int], strides: [Int], dilations: [Int], padsBegin: [Int],
    padsEnd: [Int], ceil: Bool = false
  ) {
    self.function = function
    self.kernel = kernel
    self.strides = strides
    self.dilations = dilations
    self.padsBegin = padsBegin
    self.padsEnd = padsEnd
    self.ceil = ceil
  }

  package var description: String {
    "\(function) kernel \(kernel) strides \(strides) dilations \(dilations) pads \(padsBegin) "
      + "\(padsEnd)\(ceil ? " ceil" : "")"
  }

  package func forward(_ source: NaiveTensor) -> NaiveTensor {
    let spatial = kernel.indices.map { axis in
      let begun = source.shape[axis + 2] + padsBegin[axis]
      let room = begun + padsEnd[axis] - (kernel[axis] - 1) * dilations[axis] - 1
      let extent = room / strides[axis] + 1
      let hasMore = ceil && room % strides[axis] > 0 && extent * strides[axis] < begun
      return hasMore ? extent + 1 : extent
    }
    var destination = NaiveTensor(zeros: Array(source.shape.prefix(2)) + spatial)
    for index in destination.indices {
      var values: [Double] = []
      var padded = 0
      for tap in NaiveTensor.indices(of: kernel) {
        let place = kernel.indices.map { axis in
          index[axis + 2] * strides[axis] - padsBegin[axis] + tap[axis] * dilations[axis]
        }
        if zip(place, source.shape.dropFirst(2)).allSatisfy({ $0 >= 0 && $0 < $1 }) {
          values.append(source[Array(index.prefix(2)) + place])
        }
        let isPadded = kernel.indices.allSatisfy { axis in
          place[axis] >= -padsBegin[axis] && place[axis] < source.shape[axis + 2] + padsEnd[axis]
        }
        padded += isPadded ? 1 : 0
      }
      let sum = values.reduce(0, +)
      destination[index] =
        switch function {
        case .maximum: values.max() ?? -.infinity
        case .average: sum / Double(values.count)
        case .averageWithPadding: sum / Double(padded)
        }
    }
    return destination
  }
}
