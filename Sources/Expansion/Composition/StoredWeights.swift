import CMatrixProduct
import TensorCore

/// A kernel's weights where they lie: Doubles, or the Floats of a file, at any address.
///
/// A copy in Double of the largest factors would take longer to make than to multiply.
struct StoredWeights {
  private let start: UnsafeRawPointer
  let element: matrix_element

  static func doubles(_ start: UnsafePointer<Double>) -> StoredWeights {
    StoredWeights(start: UnsafeRawPointer(start), element: MATRIX_OF_DOUBLES)
  }

  static func floats(_ start: UnsafeRawPointer) -> StoredWeights {
    StoredWeights(start: start, element: MATRIX_OF_FLOATS)
  }

  func address(of index: Int) -> UnsafeRawPointer {
    let stride =
      element == MATRIX_OF_DOUBLES ? MemoryLayout<Double>.stride : MemoryLayout<Float>.stride
    return start + index * stride
  }

  static func + (weights: StoredWeights, offset: Int) -> StoredWeights {
    StoredWeights(start: weights.address(of: offset), element: weights.element)
  }

  @inline(__always)
  subscript(index: Int) -> Double {
    let address = address(of: index)
    return element == MATRIX_OF_DOUBLES
      ? address.loadUnaligned(as: Double.self) : Double(address.loadUnaligned(as: Float.self))
  }
}
