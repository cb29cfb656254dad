import CMatrixProduct
import TensorCore
import TestSupport
import Testing

@Suite struct `Products of matrices by taps` {
  @Test(arguments: UInt64(0)..<200)
  func `sums of products of matrices are those of a naive loop, whatever their extents`(
    seed: UInt64
  ) {
    let problem = TapProductsProblem(seed: seed)
    let sums = problem.computed(
      packed: problem.panels, rowPanels: problem.panels, columns: problem.columns)
    #expect(problem.disagreement(sums) == nil, "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<50)
  func `sums are the same bits in whatever blocks they are computed`(seed: UInt64) {
    var problem = TapProductsProblem(seed: seed)
    let whole = problem.computed(
      packed: problem.panels, rowPanels: problem.panels, columns: problem.columns)
    let blocks = problem.computed(
      packed: problem.generator.integer(in: 1...problem.panels),
      rowPanels: problem.generator.integer(in: 1...problem.panels),
      columns: problem.generator.integer(in: 1...problem.columns))
    #expect(whole.map(\.bitPattern) == blocks.map(\.bitPattern), "seed \(seed)")
  }
}

/// Matrices of a few taps, in any order in memory, at any address, rows of very different magnitude.
private struct TapProductsProblem {
  var generator: SeededGenerator
  let rows: Int
  let inner: Int
  let columns: Int
  private let taps: (left: Int, right: Int, target: Int)
  private let products: [tap_product]
  private let left: Side
  private let right: Side
  /// Neighbouring columns and taps of the target are so far apart; rows are too, by more.
  private let steps: (column: Int, tap: Int)

  /// One side's numbers, and where they lie.
  private struct Side {
    let bytes: [UInt8]
    let offset: Int
    let isFloat: Bool
    let row: Int
    let column: Int
    let tap: Int
    let numbers: [Double]

    func number(_ row: Int, _ column: Int, _ tap: Int) -> Double {
      numbers[row * self.row + column * self.column + tap * self.tap]
    }

    func withMatrices<R>(_ body: (UnsafePointer<tap_matrices>) -> R) -> R {
      bytes.withUnsafeBytes { bytes in
        let matrices = tap_matrices(
          start: bytes.baseAddress! + offset,
          element: isFloat ? MATRIX_OF_FLOATS : MATRIX_OF_DOUBLES,
          row_stride: row, column_stride: column, tap_stride: tap)
        return withUnsafePointer(to: matrices, body)
      }
    }
  }

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    rows = generator.integer(in: 1...30)
    // Now and then longer than a panel, and than two.
    inner = generator.integer(in: 1...(seed % 4 == 0 ? 600 : 40))
    columns = generator.integer(in: 1...90)
    let (u, v) = (generator.integer(in: 1...3), generator.integer(in: 1...3))
    taps = (u, v, u + v - 1)
    products = (0..<v).flatMap { v in
      (0..<u).map { u in
        tap_product(left: UInt32(u), right: UInt32(v), target: UInt32(u + v))
      }
    }
    left = Self.side(rows, inner, taps.left, spreadsRows: true, &generator)
    right = Self.side(inner, columns, taps.right, spreadsRows: false, &generator)
    steps = Bool.random(using: &generator) ? (1, columns + 1) : (taps.target + 1, 1)
  }

  private static func side(
    _ rows: Int, _ columns: Int, _ taps: Int, spreadsRows: Bool, _ generator: inout SeededGenerator
  ) -> Side {
    let isFloat = Bool.random(using: &generator)
    let strides =
      switch generator.integer(in: 0...2) {
      case 0: (row: columns * taps, column: taps, tap: 1)
      case 1: (row: taps, column: rows * taps, tap: 1)
      default: (row: columns, column: 1, tap: rows * columns)
      }
    var numbers = [Double](repeating: 0, count: rows * columns * taps)
    for row in 0..<rows {
      let scale =
        spreadsRows
        ? Float(sign: .plus, exponent: generator.integer(in: -90...90), significand: 1) : 1
      for column in 0..<columns {
        for tap in 0..<taps {
          let number = Float(generator.normal()) * scale
          numbers[row * strides.row + column * strides.column + tap * strides.tap] =
            isFloat ? Double(number) : Double(number) * 1.1
        }
      }
    }
    let offset = generator.integer(in: 0...7)
    var bytes = [UInt8](repeating: 0, count: offset)
    for number in numbers {
      if isFloat {
        withUnsafeBytes(of: Float(number)) { bytes.append(contentsOf: $0) }
      } else {
        withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
      }
    }
    return Side(
      bytes: bytes, offset: offset, isFloat: isFloat, row: strides.row, column: strides.column,
      tap: strides.tap, numbers: numbers)
  }

  var panels: Int { kernel_product_panels(rows) }
  private var rowStep: Int { columns * steps.column + taps.target * steps.tap }

  /// All of the target's memory, computed in blocks of so many columns and row panels of as many as
  /// are packed at a time; what is not written stays NaN.
  func computed(packed length: Int, rowPanels: Int, columns width: Int) -> [Double] {
    var target = [Double](repeating: .nan, count: rows * rowStep)
    products.withUnsafeBufferPointer { products in
      var shape = kernel_product(
        rows: rows, inner: inner, columns: columns, left_taps: taps.left,
        target_taps: taps.target, products: products.baseAddress, product_count: products.count)
      for start in stride(from: 0, to: panels, by: length) {
        write(start..<min(start + length, panels), of: &shape, rowPanels, width, to: &target)
      }
    }
    return target
  }

  private func write(
    _ some: Range<Int>, of shape: inout kernel_product, _ rowPanels: Int, _ width: Int,
    to target: inout [Double]
  ) {
    var packed = [Double](repeating: .nan, count: kernel_product_packed(&shape, some.count))
    for panel in some {
      left.withMatrices {
        kernel_product_pack(
          &shape, $0, some.lowerBound, some.count, panel - some.lowerBound, &packed)
      }
    }
    var room = [Double](repeating: .nan, count: kernel_product_room(&shape, rowPanels, width))
    target.withUnsafeMutableBufferPointer { target in
      var written = tap_targets(
        start: target.baseAddress, row_stride: rowStep, column_stride: steps.column,
        tap_stride: steps.tap)
      for first in stride(from: some.lowerBound, to: some.upperBound, by: rowPanels) {
        for column in stride(from: 0, to: columns, by: width) {
          right.withMatrices {
            kernel_product_write(
              &shape, packed, some.lowerBound, some.count, first,
              min(rowPanels, some.upperBound - first), $0, column, min(width, columns - column),
              &written, &room)
          }
        }
      }
    }
  }

  /// What is wrong, in words, or nil.
  ///
  /// A sum of N products, in whatever order, fused or not, is off by at most N·u/(1 − N·u) of the
  /// sum of magnitudes, u = 2⁻⁵³; so is the naive one. N stays below 2·10³, and 1 + 2⁻⁴⁰
  /// leaves room for the rest of the series.
  func disagreement(_ computed: [Double]) -> String? {
    var isWritten = [Bool](repeating: false, count: computed.count)
    for row in 0..<rows {
      for column in 0..<columns {
        for tap in 0..<taps.target {
          var (sum, magnitude, terms) = (0.0, 0.0, 0)
          for product in products where product.target == tap {
            for k in 0..<inner {
              let term =
                left.number(row, k, Int(product.left)) * right.number(k, column, Int(product.right))
              sum += term
              magnitude += term.magnitude
              terms += 1
            }
          }
          let place = row * rowStep + column * steps.column + tap * steps.tap
          isWritten[place] = true
          let bound = 2 * Double(terms) * 0x1p-53 * magnitude * (1 + 0x1p-40)
          if !((computed[place] - sum).magnitude <= bound) {
            return "[\(row), \(column), \(tap)]: \(computed[place]), expected \(sum) ± \(bound)"
          }
        }
      }
    }
    for (place, number) in computed.enumerated() where !isWritten[place] && !number.isNaN {
      return "\(number) written at \(place), which is nobody's"
    }
    return nil
  }
}
