package import TensorCore

/// A constant that the file stores for a value.
package struct Initializer: Sendable {
  package let tensor: Tensor
  /// The tensor's place in the document that it was read from; nil for one that a pass made.
  /// A changed tensor keeps the origin, and with it the name, metadata and way of storage.
  package let origin: Int?
  /// True where `tensor` is no longer what the document holds.
  package let isModified: Bool

  package init(_ tensor: Tensor, origin: Int? = nil, isModified: Bool = false) {
    self.tensor = tensor
    self.origin = origin
    self.isModified = isModified
  }
}
