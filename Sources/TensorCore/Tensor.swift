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

  /// The same from what `transform` makes of each of `values`, which takes no second copy of them.
  init<Value, Element: BitwiseCopyable>(
    _ elementType: ElementType, _ values: [Value], _ shape: [Int],
    _ transform: (Value) -> Element
  ) {
    self.init(
      elementType: elementType, shape: shape,
      storage: TensorStorage(byteCount: values.count * MemoryLayout<Element>.stride) { target in
        let elements = target.bindMemory(to: Element.self)
        Parallel.perform(values.count, runsOf: 1 << 16) { run in
          for index in run { elements[index] = transform(values[index]) }
        }
      })
  }

  /// What `transform` makes of each element; requires that the widths agree.
  func mapped<Element: BitwiseCopyable, Value: BitwiseCopyable>(
    _: Element.Type, _ transform: (Element) -> Value
  ) -> [Value] {
    precondition(elementType.bitWidth == MemoryLayout<Element>.size * 8)
    return storage.withBytes { source in
      [Value](count: elementCount) { target in
        Parallel.perform(target.count, runsOf: 1 << 16) { run in
          for index in run {
            let offset = index * MemoryLayout<Element>.stride
            target.initializeElement(
              at: index,
              to: transform(source.loadUnaligned(fromByteOffset: offset, as: Element.self)))
          }
        }
      }
    }
  }

  /// The elements as `Element`, bit for bit; requires that the widths agree.
  package func elements<Element: BitwiseCopyable>(as: Element.Type) -> [Element] {
    precondition(elementType.bitWidth == MemoryLayout<Element>.size * 8)
    return storage.withBytes { source in
      [Element](count: elementCount) { target in
        if source.count > 0 { UnsafeMutableRawBufferPointer(target).copyMemory(from: source) }
      }
    }
  }
}
