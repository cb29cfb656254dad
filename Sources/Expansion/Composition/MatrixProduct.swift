import CMatrixProduct
import TensorCore

/// The inner loop of composition: products of dense matrices of Doubles, row-major.
enum MatrixProduct {
  /// A matrix within a larger one: its first number, and how far its rows are apart.
  struct Matrix {
    let start: UnsafePointer<Double>
    let stride: Int
  }

  /// One whose numbers may be Floats.
  struct StoredMatrix {
    let start: StoredWeights
    let stride: Int
  }

  /// C += Σ A·B over `pairs` of as many products, with A of rows × inner, B of inner × columns and
  /// C of rows × columns, apart in memory.
  ///
  /// Strips of C's columns are computed on all cores, where that is worth it, each in the order of
  /// the pairs.
  static func accumulate(
    rows: Int, inner: Int, columns: Int, into targetStride: Int,
    _ pairs: [(left: Matrix, right: StoredMatrix, target: UnsafeMutablePointer<Double>)]
  ) {
    let width = 64
    let strips = (columns + width - 1) / width
    func multiply(_ strip: Int) {
      let start = strip * width
      let count = min(width, columns - start)
      let room = matrix_product_room()
      withUnsafeTemporaryAllocation(of: Double.self, capacity: room) { room in
        for pair in pairs {
          matrix_product_accumulate(
            rows, inner, count, pair.left.start, pair.left.stride,
            pair.right.start.address(of: start), pair.right.start.element, pair.right.stride,
            pair.target + start, targetStride, room.baseAddress)
        }
      }
    }
    if rows * inner * columns * pairs.count < leastForAllCores {
      for strip in 0..<strips { multiply(strip) }
    } else {
      Parallel.perform(strips, multiply)
    }
  }

  /// Multiplications below which handing them out takes longer than they do.
  private static let leastForAllCores = 1 << 17

  /// C += A·B, with all three packed.
  static func accumulate(
    rows: Int, inner: Int, columns: Int,
    left a: UnsafePointer<Double>, right b: UnsafePointer<Double>,
    into c: UnsafeMutablePointer<Double>
  ) {
    accumulate(
      rows: rows, inner: inner, columns: columns, into: columns,
      [
        (
          left: Matrix(start: a, stride: inner),
          right: StoredMatrix(start: .doubles(b), stride: columns), target: c
        )
      ])
  }
}
