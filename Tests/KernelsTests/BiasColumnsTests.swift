import Kernels
import TensorCore
import Testing

@Suite struct `Biases as a column of kernels` {
  /// Shapes of which one is larger than what one core takes at a time.
  private static let shapes = [(1, 1, 1), (5, 3, 4), (7, 1, 5), (3, 9, 1), (70, 25, 40)]

  /// Where the element of a kernel with the column lies.
  private func place(
    _ row: Int, _ tap: Int, _ input: Int, _ shape: (rows: Int, taps: Int, width: Int),
    isInputMajor: Bool
  ) -> Int {
    isInputMajor
      ? input * shape.rows + row : (row * shape.taps + tap) * (shape.width + 1) + input
  }

  private func check(
    _ shape: (rows: Int, taps: Int, width: Int), isInputMajor: Bool
  ) throws {
    let columns = BiasColumns(
      rows: shape.rows, taps: shape.taps, width: shape.width, isInputMajor: isInputMajor)
    let count = shape.rows * shape.taps * shape.width
    // Small integers, so that no sum is rounded.
    let weights = (0..<count).map { Float($0 % 101) }
    let bias = (0..<shape.rows).map { Float(1000 + $0) }
    var joined = [Float](repeating: -1, count: count + shape.rows * shape.taps)
    columns.join(weights, bias, into: &joined)
    for row in 0..<shape.rows {
      for tap in 0..<shape.taps {
        for input in 0...shape.width {
          let found = joined[place(row, tap, input, shape, isInputMajor: isInputMajor)]
          let expected =
            input == shape.width
            ? bias[row] : weights[(row * shape.taps + tap) * shape.width + input]
          try #require(found == expected, "\(shape): row \(row), tap \(tap), input \(input)")
        }
      }
    }
    var (splitWeights, splitBias) = (
      [Float](repeating: -1, count: count), bias.map { _ in Float(-1) }
    )
    columns.split(joined, into: &splitWeights, &splitBias)
    #expect(splitWeights == weights)
    #expect(splitBias == bias.map { $0 * Float(shape.taps) })
  }

  @Test func `are written after the inputs of each tap, and come back as the sum over taps`()
    throws
  {
    for (rows, taps, width) in Self.shapes {
      try check((rows, taps, width), isInputMajor: false)
      if taps == 1 { try check((rows, taps, width), isInputMajor: true) }
    }
  }
}
