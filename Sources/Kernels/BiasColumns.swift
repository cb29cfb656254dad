import TensorCore

/// Kernels K[o, i, τ] that have one more input after the others, for a bias: its weights at all taps add
/// up to it.
///
/// They lie tap-major, o, τ, i; with the bias's column, those of one tap may also lie i, o.
package struct BiasColumns: Sendable {
  /// O.
  private let rows: Int
  private let taps: Int
  /// I.
  private let width: Int
  /// Where in the kernel with the column the neighbour by o and τ lies, and that by i.
  private let placeStride: Int
  private let inputStride: Int

  /// Requires one tap where `isInputMajor`, which says how kernels with the column lie.
  package init(rows: Int, taps: Int, width: Int, isInputMajor: Bool) {
    (self.rows, self.taps, self.width) = (rows, taps, width)
    (placeStride, inputStride) = isInputMajor ? (1, rows) : (width + 1, 1)
  }

  /// joined[o, i, τ] = weights[o, i, τ]        joined[o, I, τ] = bias[o]
  package func join(
    _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
    into joined: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      rows, runsOf: runLength, Join(columns: self, weights: weights, bias: bias, joined: joined))
  }

  /// weights[o, i, τ] = joined[o, i, τ]        bias[o] = Σ_τ joined[o, I, τ]
  package func split(
    _ joined: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>,
    _ bias: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      rows, runsOf: runLength, Split(columns: self, joined: joined, weights: weights, bias: bias))
  }

  private struct Join: RunWork {
    let columns: BiasColumns
    let weights, bias: UnsafePointer<Float>
    let joined: UnsafeMutablePointer<Float>

    func perform(_ rows: Range<Int>) {
      let (width, inputStride) = (columns.width, columns.inputStride)
      for row in rows {
        for place in row * columns.taps..<(row + 1) * columns.taps {
          let (source, target) = (weights + place * width, joined + place * columns.placeStride)
          for input in 0..<width { target[input * inputStride] = source[input] }
          target[width * inputStride] = bias[row]
        }
      }
    }
  }

  private struct Split: RunWork {
    let columns: BiasColumns
    let joined: UnsafePointer<Float>
    let weights, bias: UnsafeMutablePointer<Float>

    func perform(_ rows: Range<Int>) {
      let (width, inputStride) = (columns.width, columns.inputStride)
      for row in rows {
        var sum: Float = 0
        for place in row * columns.taps..<(row + 1) * columns.taps {
          let (source, target) = (joined + place * columns.placeStride, weights + place * width)
          for input in 0..<width { target[input] = source[input * inputStride] }
          sum += source[width * inputStride]
        }
        bias[row] = sum
      }
    }
  }

  /// Elements that one core moves at a time.
  private static let elementsOfRun = 1 << 15

  private var runLength: Int { max(1, Self.elementsOfRun / max(1, taps * (width + 1))) }
}
