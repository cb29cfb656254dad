/// The products that a convolution and its transpose sum, and so their gradients too.
extension NaiveConvolution {
  /// Calls its argument for every product weights[w] · source[x] that is added to destination[y];
  /// all three are positions in row-major order.
  typealias Products = (_ body: (_ y: Int, _ x: Int, _ w: Int) -> Void) -> Void

  /// Those of `forward`, for tensors of these shapes.
  func forwardProducts(_ source: [Int], _ weights: [Int], _ destination: [Int]) -> Products {
    let perGroup = weights[1]
    let links = links(image: source, strided: destination, kernel: weights)
    return { body in
      for n in 0..<destination[0] {
        for o in 0..<destination[1] {
          let y = start(n, o, destination)
          for inner in 0..<perGroup {
            let x = start(n, o / (destination[1] / groups) * perGroup + inner, source)
            let w = start(o, inner, weights)
            for link in links { body(y + link.strided, x + link.image, w + link.tap) }
          }
        }
      }
    }
  }

  /// Those of `transposed`, for tensors of these shapes.
  func transposedProducts(_ source: [Int], _ weights: [Int], _ destination: [Int]) -> Products {
    let (perGroup, inputsPerGroup) = (weights[1], weights[0] / groups)
    let links = links(image: destination, strided: source, kernel: weights)
    return { body in
      for n in 0..<destination[0] {
        for o in 0..<destination[1] {
          let y = start(n, o, destination)
          for inner in 0..<inputsPerGroup {
            let i = o / perGroup * inputsPerGroup + inner
            let (x, w) = (start(n, i, source), start(i, o % perGroup, weights))
            for link in links { body(y + link.image, x + link.strided, w + link.tap) }
          }
        }
      }
    }
  }

  /// Where the elements [i, j, …] of a tensor begin.
  private func start(_ i: Int, _ j: Int, _ shape: [Int]) -> Int {
    (i * shape[1] + j) * shape.dropFirst(2).reduce(1, *)
  }

  /// An element of the strided side, the tap, and the element of the image that they meet at.
  private struct Link {
    let image, strided, tap: Int
  }

  /// Every pair of a position y and a tap t whose y·s − p + t·d lies in the image; of shapes whose
  /// first two extents are channels.
  private func links(image: [Int], strided: [Int], kernel: [Int]) -> [Link] {
    let extents = Array(image.dropFirst(2))
    let positions = NaiveTensor.indices(of: Array(strided.dropFirst(2)))
    let taps = NaiveTensor.indices(of: Array(kernel.dropFirst(2)))
    return positions.enumerated().flatMap { y, position in
      taps.enumerated().compactMap { t, tap -> Link? in
        var flat = 0
        for axis in extents.indices {
          let x = position[axis] * strides[axis] - padsBegin[axis] + tap[axis] * dilations[axis]
          guard x >= 0 && x < extents[axis] else { return nil }
          flat = flat * extents[axis] + x
        }
        return Link(image: flat, strided: y, tap: t)
      }
    }
  }
}
