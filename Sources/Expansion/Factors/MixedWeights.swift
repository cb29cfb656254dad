import CMatrixProduct
import TensorCore

/// The weights of a factor whose channels are mixed: O, I/group, taps, row-major.
///
/// Channels of zeros at the end of each group are not stored, and the mixings, which leave no
/// channel zero, wait until the weights are written to their place. Both gather panels of
/// `OrthogonalMixing.width` columns, each of which is mixed on its own, on any core: the result
/// does not depend on how many there are.
struct MixedWeights: FactorSource {
  let geometry: KernelGeometry
  var bias: [Double]?
  /// Of each group, the outputs and inputs that are stored: the first ones.
  private let stored: (outputs: Int, inputs: Int)
  private let weights: [Double]
  private var outputMixings: [OrthogonalMixing] = []
  private var inputMixings: [OrthogonalMixing] = []

  /// Requires as many weights as the stored channels have taps.
  init(_ geometry: KernelGeometry, stored: (outputs: Int, inputs: Int), weights: [Double]) {
    self.geometry = geometry
    self.stored = stored
    self.weights = weights
  }

  var isCompact: Bool { weights.count <= geometry.weightCount / 4 }

  /// F ← R·F, with one R per group of as many rows as the group has outputs.
  mutating func mixOutputs(by mixings: [OrthogonalMixing]) { outputMixings = mixings }

  /// F ← F·Rᵀ per tap, with one R per group of as many rows as the group has inputs.
  mutating func mixInputs(by mixings: [OrthogonalMixing]) { inputMixings = mixings }

  /// The stored outputs with all inputs, mixed.
  ///
  /// Column j of a panel is tap j mod taps of output j / taps, as a vector over the inputs.
  private func withMixedInputs() -> [Double] {
    let taps = geometry.taps
    let inputs = geometry.inputsPerGroup
    guard !inputMixings.isEmpty || stored.inputs < inputs else { return weights }
    let vectors = stored.outputs * taps
    return [Double](count: geometry.group * vectors * inputs) { target in
      weights.withUnsafeBufferPointer { weights in
        guard let source = weights.baseAddress, let target = target.baseAddress else { return }
        Self.forPanels(of: vectors, rows: inputs, groups: geometry.group) {
          group, start, count, panel in
          let mixing = inputMixings.isEmpty ? nil : inputMixings[group]
          for column in 0..<count {
            let (output, tap) = (start + column).quotientAndRemainder(dividingBy: taps)
            let vector = source + (group * stored.outputs + output) * stored.inputs * taps + tap
            for row in 0..<stored.inputs {
              panel[row * OrthogonalMixing.width + column] = vector[row * taps]
            }
          }
          mixing?.apply(to: panel)
          for column in 0..<count {
            let (output, tap) = (start + column).quotientAndRemainder(dividingBy: taps)
            let vector = target + (group * stored.outputs + output) * inputs * taps + tap
            for row in 0..<inputs {
              (vector + row * taps).initialize(to: panel[row * OrthogonalMixing.width + column])
            }
          }
        }
      }
    }
  }

  func fill(_ target: UnsafeMutablePointer<Double>) {
    forMixedPanels { panel, count, offset, columns in
      for row in 0..<geometry.outputsPerGroup {
        (target + offset + row * columns).initialize(
          from: panel + row * OrthogonalMixing.width, count: count)
      }
    }
  }

  func fill(_ target: UnsafeMutablePointer<Float>) {
    forMixedPanels { panel, count, offset, columns in
      round_rows(panel, geometry.outputsPerGroup, count, target + offset, columns)
    }
  }

  /// Calls `body` with each panel of mixed columns, how many it has, where its first number goes,
  /// and how far its rows are apart there.
  private func forMixedPanels(
    _ body: (UnsafeMutablePointer<Double>, Int, Int, Int) -> Void
  ) {
    let columns = geometry.inputsPerGroup * geometry.taps
    let rows = geometry.outputsPerGroup
    withMixedInputs().withUnsafeBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      Self.forPanels(of: columns, rows: rows, groups: geometry.group) {
        group, start, count, panel in
        let source = base + group * stored.outputs * columns + start
        for row in 0..<stored.outputs {
          (panel + row * OrthogonalMixing.width).update(
            from: source + row * columns, count: count)
        }
        if !outputMixings.isEmpty { outputMixings[group].apply(to: panel) }
        body(panel, count, group * rows * columns + start, columns)
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
