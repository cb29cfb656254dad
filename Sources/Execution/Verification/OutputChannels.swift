import TensorCore

/// Which elements of an output belong together: axis 1, as the channels of an image and the classes
/// of logits do; of rank below 2, all.
struct OutputChannels {
  let count: Int
  /// Elements of one channel that stand in a row.
  private let inner: Int

  /// Of an output of `elements` elements; one channel where they are not as many as the shape has.
  init(_ shape: [Int], elements: Int) {
    guard shape.count > 1, shape[1] > 0, elements > 0, Shape.elementCount(shape) == elements else {
      (count, inner) = (1, max(1, elements))
      return
    }
    (count, inner) = (shape[1], max(1, shape.dropFirst(2).reduce(1, *)))
  }

  subscript(element: Int) -> Int { element / inner % count }
}
