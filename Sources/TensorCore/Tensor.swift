/// A dense tensor: element type, extents (outermost first) and little-endian, row-major bytes.
package struct Tensor: Sendable, Hashable {
  package let elementType: ElementType
  package let shape: [Int]
  package let storage: TensorStorage

  /// Requires that `storage` holds as many bytes as the extents and the type ask for.
  package init(elementType: ElementType, shape: [Int], storage: TensorStorage) {
    precondition(
      Shape.elementCount(shape).flatMap(elementType.byteCount) == storage.count,
      "storage of \(storage.count) bytes does not fit \(elementType) \(shape)")
    self.elementType = elementType
    self.shape = shape
    self.storage = storage
  }

  package var elementCount: Int { Shape.elementCount(shape)! }

  /// The same bytes under other extents; requires an equal element count.
  package func reshaped(_ shape: [Int]) -> Tensor {
    Tensor(elementType: elementType, shape: shape, storage: storage)
  }
}

extension Tensor {
  package init(_ elements: [Float], shape: [Int]) {
    self.init(.float, elements, shape)
  }

  package init(_ elements: [Double], shape: [Int]) {
    self.init(.double, elements, shape)
  }

  package init(_ elements: [Int64], shape: [Int]) {
    self.init(.int64, elements, shape)
  }

  /// A tensor of `elementType` from the bits of `elements`, which must be of that width.
  package init<Element: BitwiseCopyable>(
    _ elementType: ElementType, _ elements: [Element], _ shape: [Int]
  ) {
    self.init(
      elementType: elementType, shape: shape,
      storage: elements.withUnsafeBytes { source in
        TensorStorage(byteCount: source.count) { $0.copyMemory(from: source) }
      })
  }

  /// The elements as `Element`, bit for bit; requires that the widths agree.
  package func elements<Element: BitwiseCopyable>(as: Element.Type) -> [Element] {
    precondition(elementType.bitWidth == MemoryLayout<Element>.size * 8)
    return storage.withBytes { source in
      [Element](unsafeUninitializedCapacity: elementCount) { target, count in
        if source.count > 0 { UnsafeMutableRawBufferPointer(target).copyMemory(from: source) }
        count = elementCount
      }
    }
  }
}
