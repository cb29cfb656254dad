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
  /// Groups × stored × columns, row-major.
  let weights: [Double]
  /// One R per group of as many rows, or none where there is nothing to mix.
  let mixings: [OrthogonalMixing]

  func all() -> [Double] {
    [Double](count: groups * rows * columns) { target in
      if let start = target.baseAddress { fill(0, start) }
    }
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

  /// Calls `body` with each panel of mixed columns, how many it has, and where its first number
  /// goes.
  private func forPanels(_ body: (UnsafeMutablePointer<Double>, Int, Int) -> Void) {
    let width = OrthogonalMixing.width
    let panels = (columns + width - 1) / width
    weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      Parallel.perform(panels * groups) { index in
        let (group, number) = index.quotientAndRemainder(dividingBy: panels)
        let start = number * width
        let count = min(width, columns - start)
        OrthogonalMixing.withPanel(rows: rows) { panel in
          panel.initialize(repeating: 0, count: rows * width)
          let source = weights + group * stored * columns + start
          for row in 0..<stored {
            (panel + row * width).update(from: source + row * columns, count: count)
          }
          if !mixings.isEmpty { mixings[group].apply(to: panel) }
          body(panel, count, group * rows * columns + start)
        }
      }
    }
  }
}
