/// The weights of a factor while its channels are mixed: O, I/group, taps, row-major.
///
/// Both directions gather panels of `OrthogonalMixing.width` columns, each of which is mixed on its
/// own, on any core: the result does not depend on how many there are.
struct MixedWeights {
  let geometry: KernelGeometry
  private(set) var weights: [Double]

  init(_ geometry: KernelGeometry, weights: [Double]) {
    self.geometry = geometry
    self.weights = weights
  }

  /// F ← R·F, with one R per group of as many rows as the group has outputs.
  mutating func mixOutputs(by mixings: [OrthogonalMixing]) {
    let columns = geometry.inputsPerGroup * geometry.taps
    let rows = geometry.outputsPerGroup
    forPanels(of: columns, mixings) { weights, group, start, count, panel in
      let matrix = weights + group * rows * columns + start
      for row in 0..<rows {
        for column in 0..<count {
          panel[row * OrthogonalMixing.width + column] = matrix[row * columns + column]
        }
      }
      mixings[group].apply(to: panel)
      for row in 0..<rows {
        for column in 0..<count {
          matrix[row * columns + column] = panel[row * OrthogonalMixing.width + column]
        }
      }
    }
  }

  /// F ← F·Rᵀ per tap, with one R per group of as many rows as the group has inputs.
  ///
  /// Column j of a panel is tap j mod taps of output j / taps, as a vector over the inputs.
  mutating func mixInputs(by mixings: [OrthogonalMixing]) {
    let taps = geometry.taps
    let rows = geometry.inputsPerGroup
    let outputs = geometry.outputsPerGroup
    forPanels(of: outputs * taps, mixings) { weights, group, start, count, panel in
      let matrix = weights + group * outputs * rows * taps
      for column in 0..<count {
        let (output, tap) = (start + column).quotientAndRemainder(dividingBy: taps)
        let vector = matrix + output * rows * taps + tap
        for row in 0..<rows { panel[row * OrthogonalMixing.width + column] = vector[row * taps] }
      }
      mixings[group].apply(to: panel)
      for column in 0..<count {
        let (output, tap) = (start + column).quotientAndRemainder(dividingBy: taps)
        let vector = matrix + output * rows * taps + tap
        for row in 0..<rows { vector[row * taps] = panel[row * OrthogonalMixing.width + column] }
      }
    }
  }

  /// Calls `body` with the weights, a group, the first column of a panel, how many columns it has,
  /// and room for them.
  private mutating func forPanels(
    of columns: Int, _ mixings: [OrthogonalMixing],
    _ body: (UnsafeMutablePointer<Double>, Int, Int, Int, UnsafeMutablePointer<Double>) -> Void
  ) {
    guard let size = mixings.first?.size, size > 1 else { return }
    let width = OrthogonalMixing.width
    let panels = (columns + width - 1) / width
    weights.withUnsafeMutableBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      Parallel.perform(panels * mixings.count) { index in
        let (group, panel) = index.quotientAndRemainder(dividingBy: panels)
        let start = panel * width
        withUnsafeTemporaryAllocation(of: Double.self, capacity: size * width) { room in
          guard let room = room.baseAddress else { return }
          room.initialize(repeating: 0, count: size * width)
          body(base, group, start, min(width, columns - start), room)
        }
      }
    }
  }
}
