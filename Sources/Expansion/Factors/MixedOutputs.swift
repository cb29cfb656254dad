import CMatrixProduct
import TensorCore

/// R·[K; 0] of each group: rows of a matrix, mixed with each other, after rows of zeros are added.
///
/// Panels of `OrthogonalMixing.width` columns are mixed each on its own, on any core: the result
/// does not depend on how many there are. All rows are made in one run.
struct MixedOutputs: PreparedFactor {
  let groups: Int
  /// Of each group.
  let rows: Int
  /// Of each group, how many rows `weights` has: the first ones.
  let stored: Int
  let columns: Int
  /// Of groups × stored outputs, each of so many columns.
  let weights: ConvolutionKernel
  /// One R per group of as many rows, or none where there is nothing to mix.
  let mixings: [OrthogonalMixing]

  func all() -> ScratchNumbers {
    ScratchNumbers(count: groups * rows * columns) { fill(0, $0) }
  }

  func fill(_: Int, _ target: UnsafeMutablePointer<Double>) {
    forPanels { panel, count, offset in
      for row in 0..<rows {
        (target + offset + row * columns).initialize(
          from: panel + row * OrthogonalMixing.width, count: count)
      }
    }
  }

  func fill(_: Int, _ target: UnsafeMutablePointer<Float>) {
    forPanels { panel, count, offset in
      round_rows(panel, rows, count, target + offset, columns)
    }
  }

  /// Initializes all weights, each rounded once, with the inputs of a group before its outputs.
  func fillInputMajor(_ target: UnsafeMutablePointer<Float>, taps: Int) {
    forPanels { panel, count, offset in
      let (group, start) = offset.quotientAndRemainder(dividingBy: rows * columns)
      for column in 0..<count {
        let (input, tap) = (start + column).quotientAndRemainder(dividingBy: taps)
        let own = target + (group * columns / taps + input) * rows * taps + tap
        for row in 0..<rows {
          (own + row * taps).initialize(to: Float(panel[row * OrthogonalMixing.width + column]))
        }
      }
    }
  }

  /// Calls `body` with each panel of mixed columns, how many it has, and where its first number
  /// goes.
  private func forPanels(_ body: (UnsafeMutablePointer<Double>, Int, Int) -> Void) {
    let width = OrthogonalMixing.width
    let panels = (columns + width - 1) / width
    weights.withStoredWeights { weights in
      Parallel.perform(panels * groups) { index in
        let (group, number) = index.quotientAndRemainder(dividingBy: panels)
        let start = number * width
        let count = min(width, columns - start)
        OrthogonalMixing.withPanel(rows: rows) { panel in
          panel.initialize(repeating: 0, count: rows * width)
          for row in 0..<stored {
            let source = weights + ((group * stored + row) * columns + start)
            for column in 0..<count { panel[row * width + column] = source[column] }
          }
          if !mixings.isEmpty { mixings[group].apply(to: panel) }
          body(panel, count, group * rows * columns + start)
        }
      }
    }
  }
}
