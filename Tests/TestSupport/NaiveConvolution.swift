/// Convolution and its transpose from ONNX's definitions, in Double.
package struct NaiveConvolution: Sendable, CustomStringConvertible {
  package var strides: [Int]
  package var dilations: [Int]
  package var padsBegin: [Int]
  package var padsEnd: [Int]
  package var groups: Int

  package init(
    strides: [Int], dilations: [Int], padsBegin: [Int], padsEnd: [Int], groups: Int
  ) {
    self.strides = strides
    self.dilations = dilations
    self.padsBegin = padsBegin
    self.padsEnd = padsEnd
    self.groups = groups
  }

  package var description: String {
    "strides \(strides) dilations \(dilations) pads \(padsBegin) \(padsEnd) groups \(groups)"
  }

  /// destination[n, o, y] = bias[o] + Σ_{i, t} weights[o, i, t] · source[n, i of o's group, y·s − p
  /// + t·d], elements outside the source being 0.
  package func forward(
    _ source: NaiveTensor, _ weights: NaiveTensor, _ bias: NaiveTensor?
  ) -> NaiveTensor {
    let kernel = Array(weights.shape.dropFirst(2))
    let spatial = kernel.indices.map { axis in
      let extent = source.shape[axis + 2] + padsBegin[axis] + padsEnd[axis]
      return (extent - (kernel[axis] - 1) * dilations[axis] - 1) / strides[axis] + 1
    }
    var destination = NaiveTensor(zeros: [source.shape[0], weights.shape[0]] + spatial)
    for index in destination.indices {
      let group = index[1] / (weights.shape[0] / groups)
      var sum = bias?[[index[1]]] ?? 0
      for inner in 0..<weights.shape[1] {
        for tap in NaiveTensor.indices(of: kernel) {
          let place = kernel.indices.map { axis in
            index[axis + 2] * strides[axis] - padsBegin[axis] + tap[axis] * dilations[axis]
          }
          guard zip(place, source.shape.dropFirst(2)).allSatisfy({ $0 >= 0 && $0 < $1 }) else {
            continue
          }
          let channel = group * weights.shape[1] + inner
          sum += weights[[index[1], inner] + tap] * source[[index[0], channel] + place]
        }
      }
      destination[index] = sum
    }
    return destination
  }

  /// destination[n, o, x·s − p + t·d] += weights[i, o, t] · source[n, i, x] over the channels i of
  /// o's group, plus bias[o]; `outputPadding` lengthens the destination at its end.
  package func transposed(
    _ source: NaiveTensor, _ weights: NaiveTensor, _ bias: NaiveTensor?, outputPadding: [Int]
  ) -> NaiveTensor {
    let kernel = Array(weights.shape.dropFirst(2))
    let spatial = kernel.indices.map { axis in
      (source.shape[axis + 2] - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1
        + outputPadding[axis] - padsBegin[axis] - padsEnd[axis]
    }
    let perGroup = weights.shape[1]
    var destination = NaiveTensor(zeros: [source.shape[0], perGroup * groups] + spatial)
    for index in destination.indices { destination[index] = bias?[[index[1]]] ?? 0 }
    for index in source.indices {
      let group = index[1] / (source.shape[1] / groups)
      for tap in NaiveTensor.indices(of: kernel) {
        let place = kernel.indices.map { axis in
          index[axis + 2] * strides[axis] - padsBegin[axis] + tap[axis] * dilations[axis]
        }
        guard zip(place, spatial).allSatisfy({ $0 >= 0 && $0 < $1 }) else { continue }
        for output in 0..<perGroup {
          destination[[index[0], group * perGroup + output] + place] +=
            weights[[index[1], output] + tap] * source[index]
        }
      }
    }
    return destination
  }
}
