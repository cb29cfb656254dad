package import TensorCore

/// What is wrong with a data set, or with the text that names one.
///
/// Files that can't be read at all give `FileError`, and malformed `.npy` files `NumPyError`.
package enum DataError: Error, Hashable, Sendable {
  /// The text before the colon names no kind of data set.
  case unknownScheme(String, known: [String])

  /// The text behind the colon doesn't have the form `expected`.
  case malformedSpecification(String, expected: String)

  /// A file of fixed size has another one.
  case wrongFileSize(path: String, expected: Int, found: Int)

  /// The images are no [N, C, H, W] of float or uint8 with at least one element.
  case wrongImages(path: String, elementType: ElementType, shape: [Int])

  /// The labels are no [N] of integers, with the N of the images.
  case wrongLabels(path: String, elementType: ElementType, shape: [Int], imageShape: [Int])

  /// An image has an element that is NaN or infinite.
  case notFinite(path: String, index: Int)

  /// A label lies outside 0..<`classCount`.
  case labelOutOfRange(path: String, index: Int, label: Int, classCount: Int)

  /// There is no memory for the images.
  case outOfMemory(bytes: Int)
}
