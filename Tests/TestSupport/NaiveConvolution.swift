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
    let shape = [source.shape[0], weights.shape[0]] + spatial
    return sum(forwardProducts(source.shape, weights.shape, shape), source, weights, bias, shape)
  }

  /// destination[n, o, x·s − p + t·d] += weights[i, o, t] · source[n, i, x] over the channels i of
  /// o's group, plus bias[o]; `outputPadding` lengthens the destination at its end.
  package func transposed(
    _ source: NaiveTensor, _ weights: NaiveTensor, _ bias: NaiveTensor?, outputPadding: [Int]
  ) -> NaiveTensor {
    let kernel = Array(weights.shape.dropFirst(2))
    let image = kernel.indices.map { axis in
      (source.shape[axis + 2] - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1
        + outputPadding[axis] - padsBegin[axis] - padsEnd[axis]
    }
    let shape = [source.shape[0], weights.shape[1] * groups] + image
    return sum(transposedProducts(source.shape, weights.shape, shape), source, weights, bias, shape)
  }

  private func sum(
    _ products: Products, _ source: NaiveTensor, _ weights: NaiveTensor, _ bias: NaiveTensor?,
    _ shape: [Int]
  ) -> NaiveTensor {
    var destination = NaiveTensor(zeros: shape)
    if let bias {
      for n in 0..<shape[0] {
        for o in 0..<shape[1] {
          for y in destination.range([n, o]) { destination.elements[y] = bias.elements[o] }
        }
      }
    }
    products { y, x, w in
      destination.elements[y] += weights.elements[w] * source.elements[x]
    }
    return destination
  }
}
