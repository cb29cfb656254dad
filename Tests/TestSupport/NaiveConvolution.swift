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
    let image = Array(source.shape.dropFirst(2))
    let spatial = kernel.indices.map { axis in
      let extent = image[axis] + padsBegin[axis] + padsEnd[axis]
      return (extent - (kernel[axis] - 1) * dilations[axis] - 1) / strides[axis] + 1
    }
    let (outputs, perGroup) = (weights.shape[0], weights.shape[1])
    var destination = NaiveTensor(zeros: [source.shape[0], outputs] + spatial)
    let links = links(image: image, strided: spatial, kernel: kernel)
    for n in 0..<source.shape[0] {
      for o in 0..<outputs {
        let y = destination.range([n, o])
        for position in y { destination.elements[position] = bias?.elements[o] ?? 0 }
        for inner in 0..<perGroup {
          let x = source.range([n, o / (outputs / groups) * perGroup + inner])
          let w = weights.range([o, inner])
          for link in links {
            destination.elements[y.lowerBound + link.strided] +=
              weights.elements[w.lowerBound + link.tap]
              * source.elements[x.lowerBound + link.image]
          }
        }
      }
    }
    return destination
  }

  /// destination[n, o, x·s − p + t·d] += weights[i, o, t] · source[n, i, x] over the channels i of
  /// o's group, plus bias[o]; `outputPadding` lengthens the destination at its end.
  package func transposed(
    _ source: NaiveTensor, _ weights: NaiveTensor, _ bias: NaiveTensor?, outputPadding: [Int]
  ) -> NaiveTensor {
    let kernel = Array(weights.shape.dropFirst(2))
    let spatial = Array(source.shape.dropFirst(2))
    let image = kernel.indices.map { axis in
      (spatial[axis] - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1
        + outputPadding[axis] - padsBegin[axis] - padsEnd[axis]
    }
    let (inputs, perGroup) = (weights.shape[0], weights.shape[1])
    var destination = NaiveTensor(zeros: [source.shape[0], perGroup * groups] + image)
    let links = links(image: image, strided: spatial, kernel: kernel)
    for n in 0..<source.shape[0] {
      for o in 0..<perGroup * groups {
        let y = destination.range([n, o])
        for position in y { destination.elements[position] = bias?.elements[o] ?? 0 }
        for inner in 0..<inputs / groups {
          let i = o / perGroup * (inputs / groups) + inner
          let x = source.range([n, i])
          let w = weights.range([i, o % perGroup])
          for link in links {
            destination.elements[y.lowerBound + link.image] +=
              weights.elements[w.lowerBound + link.tap]
              * source.elements[x.lowerBound + link.strided]
          }
        }
      }
    }
    return destination
  }

  /// An element of the strided side, the tap, and the element of the image that they meet at.
  struct Link {
    let image, strided, tap: Int
  }

  /// Every pair of a position y and a tap t whose y·s − p + t·d lies in the image.
  func links(image: [Int], strided: [Int], kernel: [Int]) -> [Link] {
    let positions = NaiveTensor.indices(of: strided)
    let taps = NaiveTensor.indices(of: kernel)
    return positions.enumerated().flatMap { y, position in
      taps.enumerated().compactMap { t, tap -> Link? in
        var flat = 0
        for axis in kernel.indices {
          let x = position[axis] * strides[axis] - padsBegin[axis] + tap[axis] * dilations[axis]
          guard x >= 0 && x < image[axis] else { return nil }
          flat = flat * image[axis] + x
        }
        return Link(image: flat, strided: y, tap: t)
      }
    }
  }
}
