/// Pooling from ONNX's definition, in Double; the destination's extents are rounded down.
package struct NaivePooling: Sendable, CustomStringConvertible {
  package enum Function: CaseIterable, Sendable { case maximum, average, averageWithPadding }

  package var function: Function
  package var kernel: [Int]
  package var strides: [Int]
  package var dilations: [Int]
  package var padsBegin: [Int]
  package var padsEnd: [Int]

  package init(
    function: Function, kernel: [Int], strides: [Int], dilations: [Int], padsBegin: [Int],
    padsEnd: [Int]
  ) {
    self.function = function
    self.kernel = kernel
    self.strides = strides
    self.dilations = dilations
    self.padsBegin = padsBegin
    self.padsEnd = padsEnd
  }

  package var description: String {
    "\(function) kernel \(kernel) strides \(strides) dilations \(dilations) pads \(padsBegin) "
      + "\(padsEnd)"
  }

  package func forward(_ source: NaiveTensor) -> NaiveTensor {
    let spatial = kernel.indices.map { axis in
      let extent = source.shape[axis + 2] + padsBegin[axis] + padsEnd[axis]
      return (extent - (kernel[axis] - 1) * dilations[axis] - 1) / strides[axis] + 1
    }
    var destination = NaiveTensor(zeros: Array(source.shape.prefix(2)) + spatial)
    for index in destination.indices {
      var values: [Double] = []
      for tap in NaiveTensor.indices(of: kernel) {
        let place = kernel.indices.map { axis in
          index[axis + 2] * strides[axis] - padsBegin[axis] + tap[axis] * dilations[axis]
        }
        if zip(place, source.shape.dropFirst(2)).allSatisfy({ $0 >= 0 && $0 < $1 }) {
          values.append(source[Array(index.prefix(2)) + place])
        }
      }
      let sum = values.reduce(0, +)
      destination[index] =
        switch function {
        case .maximum: values.max() ?? -.infinity
        case .average: sum / Double(values.count)
        case .averageWithPadding: sum / Double(kernel.reduce(1, *))
        }
    }
    return destination
  }
}
