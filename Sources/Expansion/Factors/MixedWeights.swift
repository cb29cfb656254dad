import TensorCore

/// The weights of a factor whose channels are mixed: O, I/group, taps, row-major.
///
/// Rows of zeros at the end of each group are not stored, and the mixing of the outputs, which
/// leaves no row zero, waits until the weights are written to their place. Both mixings gather
/// panels of `OrthogonalMixing.width` columns, each of which is mixed on its own, on any core: the
/// result does not depend on how many there are.
struct MixedWeights: FactorSource {
  let geometry: KernelGeometry
  /// Of each group, the outputs that are stored: the first ones.
  let storedOutputs: Int
  private var weights: [Double]
  private var outputMixings: [OrthogonalMixing] = []
  var bias: [Double]?

  /// Requires `storedOutputs` rows per group in `weights`.
  init(_ geometry: KernelGeometry, storedOutputs: Int, weights: [Double]) {
    self.geometry = geometry
    self.storedOutputs = storedOutputs
    self.weights = weights
  }

  /// F ← R·F, with one R per group of as many rows as the group has outputs.
  mutating func mixOutputs(by mixings: [OrthogonalMixing]) {
    outputMixings = mixings
  }

  /// F ← F·Rᵀ per tap, with one R per group of as many rows as the group has inputs.
  ///
  /// Column j of a panel is tap j mod taps of output j / taps, as a vector over the inputs.
  mutating func mixInputs(by mixings: [OrthogonalMixing]) {
    guard let size = mixings.first?.size, size > 1 else { return }
    let taps = geometry.taps
    let outputs = storedOutputs
    weights.withUnsafeMutableBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      Self.forPanels(of: outputs * taps, rows: size, groups: mixings.count) {
        group, start, count, panel in
        let matrix = base + group * outputs * size * taps
        for column in 0..<count {
          let (output, tap) = (start + column).quotientAndRemainder(dividingBy: taps)
          let vector = matrix + output * size * taps + tap
          for row in 0..<size { panel[row * OrthogonalMixing.width + column] = vector[row * taps] }
        }
        mixings[group].apply(to: panel)
        for column in 0..<count {
          let (output, tap) = (start + column).quotientAndRemainder(dividingBy: taps)
          let vector = matrix + output * size * taps + tap
          for row in 0..<size { vector[row * taps] = panel[row * OrthogonalMixing.width + column] }
        }
      }
    }
  }

  func fill(_ target: UnsafeMutablePointer<Double>) { fill(target) { $0 } }
  func fill(_ target: UnsafeMutablePointer<Float>) { fill(target, Float.init) }

  @inline(__always)
  private func fill<Element>(
    _ target: UnsafeMutablePointer<Element>, _ rounding: (Double) -> Element
  ) {
    let columns = geometry.inputsPerGroup * geometry.taps
    let (stored, rows) = (storedOutputs, geometry.outputsPerGroup)
    weights.withUnsafeBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      Self.forPanels(of: columns, rows: rows, groups: geometry.group) {
        group, start, count, panel in
        let source = base + group * stored * columns + start
        for row in 0..<stored {
          for column in 0..<count {
            panel[row * OrthogonalMixing.width + column] = source[row * columns + column]
          }
        }
        if !outputMixings.isEmpty { outputMixings[group].apply(to: panel) }
        let matrix = target + group * rows * columns + start
        for row in 0..<rows {
          for column in 0..<count {
            (matrix + row * columns + column).initialize(
              to: rounding(panel[row * OrthogonalMixing.width + column]))
          }
        }
      }
    }
  }

  /// Calls `body` with a group, the first column of a panel, how many columns it has, and the
  /// panel, which starts as zeros.
  private static func forPanels(
    of columns: Int, rows: Int, groups: Int,
    _ body: (Int, Int, Int, UnsafeMutablePointer<Double>) -> Void
  ) {
    let width = OrthogonalMixing.width
    let panels = (columns + width - 1) / width
    Parallel.perform(panels * groups) { index in
      let (group, panel) = index.quotientAndRemainder(dividingBy: panels)
      let start = panel * width
      withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * width) { room in
        guard let room = room.baseAddress else { return }
        room.initialize(repeating: 0, count: rows * width)
        body(group, start, min(width, columns - start), room)
      }
    }
  }
}
