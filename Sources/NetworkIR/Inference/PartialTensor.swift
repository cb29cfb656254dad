import TensorCore

/// An integer tensor whose elements may be extents that the file only names: what shape
/// arithmetic computes with.
///
/// An element is `.fixed` (of any sign), the `.symbolic` extent that it equals, or `.unknown`.
package struct PartialTensor: Hashable, Sendable {
  /// Larger tensors hold weights or indices, not extents.
  static let elementLimit = 1024

  package let shape: [Int]
  /// Row-major, as many as the shape asks for.
  package let elements: [Dimension]

  init(shape: [Int], elements: [Dimension]) {
    self.shape = shape
    self.elements = elements
  }

  /// Nil for tensors of other types than integers.
  init?(_ tensor: Tensor) {
    guard let integers = tensor.integers else { return nil }
    self.init(shape: tensor.shape, elements: integers.map(Dimension.fixed))
  }

  /// The elements where all are known.
  package var integers: [Int]? {
    let known = elements.compactMap(\.extent)
    return known.count == elements.count ? known : nil
  }
}
