/// How the elements of an `.npy` file lie, and the way to row-major, little-endian order.
struct NumPyLayout {
  let type: NumPyElementType
  let header: NumPyHeader

  /// Where the elements start in the file, in bytes.
  let start: Int

  /// `stored` itself where its order and alignment are right already, else a copy.
  func rowMajor(_ stored: TensorStorage) -> TensorStorage {
    let size = (type.elementType.bitWidth ?? 8) / 8
    let isReordered = header.isFortranOrder && header.shape.count > 1
    let isSwapped = type.isBigEndian && size > 1
    guard isReordered || isSwapped || start % size != 0 else { return stored }
    return TensorStorage(byteCount: stored.count) { target in
      guard target.count > 0 else { return }
      stored.withBytes { source in
        if isReordered {
          gatherRowMajor(source, into: target, size: size)
        } else {
          target.copyMemory(from: source)
        }
      }
      if isSwapped { swapBytes(target, size: size) }
    }
  }

  /// Walks the target in order, keeping the source index in step: the first axis is innermost there.
  private func gatherRowMajor(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, size: Int
  ) {
    let shape = header.shape
    let strides = Array(Shape.strides(shape.reversed()).reversed())
    var position = [Int](repeating: 0, count: shape.count)
    var index = 0
    for element in 0..<target.count / size {
      for byte in 0..<size { target[element * size + byte] = source[index * size + byte] }
      for axis in shape.indices.reversed() {
        position[axis] += 1
        index += strides[axis]
        if position[axis] < shape[axis] { break }
        index -= strides[axis] * shape[axis]
        position[axis] = 0
      }
    }
  }

  private func swapBytes(_ bytes: UnsafeMutableRawBufferPointer, size: Int) {
    for element in stride(from: 0, to: bytes.count, by: size) {
      for byte in 0..<size / 2 {
        bytes.swapAt(element + byte, element + size - 1 - byte)
      }
    }
  }
}
