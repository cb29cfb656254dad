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

  /// The weights of `range`, converted where they are Floats.
  func doubles(_ range: Range<Int>) -> [Double] {
    let start = address(of: range.lowerBound)
    return [Double](count: range.count) { target in
      if element == MATRIX_OF_DOUBLES {
        UnsafeMutableRawBufferPointer(target).copyMemory(
          from: UnsafeRawBufferPointer(
            start: start, count: range.count * MemoryLayout<Double>.stride))
      } else {
        for index in target.indices {
          let float = start.loadUnaligned(
            fromByteOffset: index * MemoryLayout<Float>.stride, as: Float.self)
          target.initializeElement(at: index, to: Double(float))
        }
      }
    }
  }

  @inline(__always)
  subscript(index: Int) -> Double {
    let address = address(of: index)
    return element == MATRIX_OF_DOUBLES
      ? address.loadUnaligned(as: Double.self) : Double(address.loadUnaligned(as: Float.self))
  }
}
