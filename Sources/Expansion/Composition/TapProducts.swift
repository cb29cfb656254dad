import CMatrixProduct
import TensorCore

/// The inner loop of composition: in Double, C_w = Σ A_u·B_v over pairs of taps, dense matrices.
///
/// C is computed block by block on all cores, where that is worth it, each sum in an order of its
/// own.
struct TapProducts {
  /// One matrix for each tap: its first number, and how many numbers neighbours are apart.
  struct Matrices {
    var start: StoredWeights
    let row: Int
    let column: Int
    let tap: Int
  }

  /// As `Matrices`, to be written.
  struct Targets {
    var start: UnsafeMutablePointer<Double>
    let row: Int
    let column: Int
    let tap: Int
  }

  /// Rows of A and C.
  let rows: Int
  /// Columns of A, rows of B.
  let inner: Int
  /// Columns of B and C.
  let columns: Int
  private let leftTaps: Int
  private let targetTaps: Int
  private let products: [tap_product]

  /// - Parameter products: the taps that meet; a tap of the target that is in none becomes zero.
  init(
    rows: Int, inner: Int, columns: Int, leftTaps: Int, targetTaps: Int,
    _ products: [(left: Int, right: Int, target: Int)]
  ) {
    (self.rows, self.inner, self.columns) = (rows, inner, columns)
    (self.leftTaps, self.targetTaps) = (leftTaps, targetTaps)
    self.products =
      products
      .sorted { ($0.right, $0.left) < ($1.right, $1.left) }
      .map {
        tap_product(
          left: UInt32($0.left), right: UInt32($0.right), target: UInt32($0.target))
      }
  }

  /// Writes C, which must not overlap A or B.
  func write(_ left: Matrices, _ right: Matrices, to target: Targets) {
    guard rows > 0, columns > 0 else { return }
    withShape { shape in
      let panels = kernel_product_panels(rows)
      let isSmall = rows * inner * columns * products.count < Self.leastForAllCores
      let perPanel = kernel_product_packed(shape, 1)
      let length = min(panels, max(1, Self.packedAtOnce / max(1, perPanel)))
      let byteCount = length * perPanel * MemoryLayout<Double>.stride
      SpareMemory.withBytes(byteCount) { bytes in
        let packed = bytes.bindMemory(to: Double.self).baseAddress
        for first in stride(from: 0, to: panels, by: length) {
          let some = first..<min(panels, first + length)
          perform(some.count, onAllCores: !isSmall) { panel in
            var left = tap_matrices(left)
            kernel_product_pack(shape, &left, first, some.count, panel, packed)
          }
          write(some, of: shape, packed, right, to: target, onAllCores: !isSmall)
        }
      }
    }
  }

  /// Writes the rows of some packed panels, in blocks whose sums stay in a core's cache.
  private func write(
    _ panels: Range<Int>, of shape: UnsafePointer<kernel_product>,
    _ packed: UnsafePointer<Double>?, _ right: Matrices, to target: Targets,
    onAllCores: Bool
  ) {
    let height = min(
      panels.count, max(1, kernel_product_panels(Self.rowsAtATime / max(1, targetTaps))))
    let bands = (panels.count + height - 1) / height
    var width = min(columns, Self.columnsAtATime)
    while width > Self.fewestColumns, (columns / width) * bands < Self.fewestBlocks { width /= 2 }
    let strips = (columns + width - 1) / width
    let room = kernel_product_room(shape, height, width) * MemoryLayout<Double>.stride
    perform(strips * bands, onAllCores: onAllCores) { block in
      // Neighbouring blocks share columns of B, which is the larger one as a rule.
      let (strip, band) = block.quotientAndRemainder(dividingBy: bands)
      let first = panels.lowerBound + band * height
      withUnsafeTemporaryAllocation(byteCount: room, alignment: 64) { room in
        var right = tap_matrices(right)
        var target = tap_targets(target)
        kernel_product_write(
          shape, packed, panels.lowerBound, panels.count,
          first, min(height, panels.upperBound - first), &right,
          strip * width, min(width, columns - strip * width), &target,
          room.bindMemory(to: Double.self).baseAddress)
      }
    }
  }

  /// Multiplications below which handing them out takes longer than they do.
  private static let leastForAllCores = 1 << 17
  /// Doubles of A, of which all cores read every one for each of their blocks.
  private static let packedAtOnce = 1 << 22
  /// Of one block; its rows count once for each tap.
  private static let columnsAtATime = 128
  private static let rowsAtATime = 512
  /// What blocks are made narrower for, down to so many columns: cores that are done wait.
  private static let fewestBlocks = 32
  private static let fewestColumns = 32

  private func perform(_ count: Int, onAllCores: Bool, _ body: (Int) -> Void) {
    if onAllCores {
      Parallel.perform(count, body)
    } else {
      for index in 0..<count { body(index) }
    }
  }

  private func withShape(_ body: (UnsafePointer<kernel_product>) -> Void) {
    products.withUnsafeBufferPointer { products in
      let shape = kernel_product(
        rows: rows, inner: inner, columns: columns, left_taps: leftTaps, target_taps: targetTaps,
        products: products.baseAddress, product_count: products.count)
      withUnsafePointer(to: shape, body)
    }
  }
}

extension tap_matrices {
  fileprivate init(_ matrices: TapProducts.Matrices) {
    self.init(
      start: matrices.start.address(of: 0), element: matrices.start.element,
      row_stride: matrices.row, column_stride: matrices.column, tap_stride: matrices.tap)
  }
}

extension tap_targets {
  fileprivate init(_ targets: TapProducts.Targets) {
    self.init(
      start: targets.start, row_stride: targets.row, column_stride: targets.column,
      tap_stride: targets.tap)
  }
}
