import CMatrixProduct
import TensorCore

/// [K 0]·Rᵀ per tap, in each group: the inputs of a factor, mixed with each other, after inputs of
/// zeros are added.
///
/// Column j of a panel is tap j mod taps of output j / taps, as a vector over the inputs.
struct MixedInputs: PreparedFactor {
  let geometry: KernelGeometry
  /// Of each group, how many inputs `weights` has: the first ones.
  let stored: Int
  /// Outputs × stored × taps, row-major.
  let weights: ScratchNumbers
  /// One R per group of as many rows as it has inputs, or none where there is nothing to mix.
  let mixings: [OrthogonalMixing]
  /// As `runs(of: geometry)`.
  let runs: [Range<Int>]

  /// Runs of outputs, of whole panels where they can be: of one group, or of several whole ones.
  static func runs(of geometry: KernelGeometry) -> [Range<Int>] {
    let rowLength = geometry.inputsPerGroup * geometry.taps
    let rows = OrthogonalMixing.width * max(1, runLength / (OrthogonalMixing.width * rowLength))
    let groups = max(1, rows / geometry.outputsPerGroup)
    return stride(from: 0, to: geometry.group, by: groups).flatMap { group in
      let start = group * geometry.outputsPerGroup
      let end = min(group + groups, geometry.group) * geometry.outputsPerGroup
      let step = groups == 1 ? rows : end - start
      return stride(from: start, to: end, by: step).map {
        $0 * rowLength..<min($0 + step, end) * rowLength
      }
    }
  }

  private static let runLength = 1 << 16

  func fill(_ index: Int, _ target: UnsafeMutablePointer<Double>) {
    forVectors(ofRun: index) { panel, count, offset in
      for row in 0..<geometry.inputsPerGroup {
        (target + offset + row * geometry.taps).initialize(
          from: panel + row * OrthogonalMixing.width, count: count)
      }
    }
  }

  func fill(_ index: Int, _ target: UnsafeMutablePointer<Float>) {
    forVectors(ofRun: index) { panel, count, offset in
      round_rows(panel, geometry.inputsPerGroup, count, target + offset, geometry.taps)
    }
  }

  /// Initializes the weights of a run among all weights, each rounded once, with the inputs of a
  /// group before its outputs: a panel is a strip of columns there.
  func fillInputMajor(_ index: Int, _ weights: UnsafeMutablePointer<Float>) {
    let columns = geometry.outputsPerGroup * geometry.taps
    forPanels(ofRun: index) { panel, group, vectors in
      round_rows(
        panel, geometry.inputsPerGroup, vectors.count,
        weights + group * geometry.inputsPerGroup * columns + vectors.lowerBound, columns)
    }
  }

  /// Calls `body` with mixed vectors of one output and some taps: where they start in a panel, how
  /// many there are, and where their first number goes in the run.
  private func forVectors(
    ofRun index: Int, _ body: (UnsafeMutablePointer<Double>, Int, Int) -> Void
  ) {
    let taps = geometry.taps
    let rowLength = geometry.inputsPerGroup * taps
    forPanels(ofRun: index) { panel, group, vectors in
      let first = group * geometry.outputsPerGroup * rowLength - runs[index].lowerBound
      Self.forParts(of: vectors, taps: taps) { output, tap, count in
        body(
          panel + (output * taps + tap - vectors.lowerBound), count,
          first + output * rowLength + tap)
      }
    }
  }

  /// Calls `body` with each panel of a run: the group, and which of its vectors, all taps of its
  /// first output coming first.
  private func forPanels(
    ofRun index: Int, _ body: (UnsafeMutablePointer<Double>, Int, Range<Int>) -> Void
  ) {
    let rowLength = geometry.inputsPerGroup * geometry.taps
    let end = runs[index].upperBound / rowLength
    OrthogonalMixing.withPanel(rows: geometry.inputsPerGroup) { panel in
      weights.withNumbers { weights in
        var output = runs[index].lowerBound / rowLength
        while output < end {
          let group = output / geometry.outputsPerGroup
          let start = group * geometry.outputsPerGroup
          let next = min(start + geometry.outputsPerGroup, end)
          let all = (output - start) * geometry.taps..<(next - start) * geometry.taps
          for first in stride(from: all.lowerBound, to: all.upperBound, by: OrthogonalMixing.width)
          {
            let vectors = first..<min(first + OrthogonalMixing.width, all.upperBound)
            fill(panel, with: vectors, of: group, from: weights)
            body(panel, group, vectors)
          }
          output = next
        }
      }
    }
  }

  private func fill(
    _ panel: UnsafeMutablePointer<Double>, with vectors: Range<Int>, of group: Int,
    from weights: UnsafePointer<Double>
  ) {
    let taps = geometry.taps
    let width = OrthogonalMixing.width
    panel.initialize(repeating: 0, count: geometry.inputsPerGroup * width)
    Self.forParts(of: vectors, taps: taps) { output, tap, count in
      let row = group * geometry.outputsPerGroup + output
      let source = weights + row * stored * taps + tap
      let column = output * taps + tap - vectors.lowerBound
      for row in 0..<stored {
        for offset in 0..<count {
          panel[row * width + column + offset] = source[row * taps + offset]
        }
      }
    }
    if !mixings.isEmpty { mixings[group].apply(to: panel) }
  }

  /// Calls `body` with each output of some vectors, and its first tap among them and how many taps.
  private static func forParts(
    of vectors: Range<Int>, taps: Int, _ body: (Int, Int, Int) -> Void
  ) {
    var vector = vectors.lowerBound
    while vector < vectors.upperBound {
      let (output, tap) = vector.quotientAndRemainder(dividingBy: taps)
      let count = min(taps - tap, vectors.upperBound - vector)
      body(output, tap, count)
      vector += count
    }
  }
}
