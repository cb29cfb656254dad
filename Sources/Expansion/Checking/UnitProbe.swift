import TensorCore

/// What the two sides of a unit are tried on, and the way of each through it.
struct UnitProbe: Sendable {
  enum Obstacle: Error {
    /// The sides are of different geometry.
    case different
    case tooLarge
  }

  /// What the images are wherever a side reads them.
  let values: ProbeValues
  let exact: [ProbeRoute.Step]
  let rounded: [ProbeRoute.Step]
  /// What arithmetic in Double can lose, in parts of the magnitude.
  let loss: Double
  let group: Int

  init(
    exact: [KernelGeometry], rounded: [KernelGeometry], seed: UInt64 = 0
  ) throws(Obstacle) {
    guard let geometry = try? KernelComposition.geometry(of: exact),
      let other = try? KernelComposition.geometry(of: rounded),
      geometry.isSameKernel(as: other)
    else { throw .different }
    guard let images = ProbeImages(for: geometry),
      let whole = ProbePassage(of: [geometry], on: images.extents),
      let ours = ProbePassage(of: exact, on: images.extents),
      let theirs = ProbePassage(of: rounded, on: images.extents)
    else { throw .tooLarge }
    guard ours.outputs == whole.outputs, theirs.outputs == whole.outputs else { throw .different }
    let places = whole.revealingPlaces
    guard let first = ProbeRoute(through: ours, to: places),
      let second = ProbeRoute(through: theirs, to: places)
    else { throw .tooLarge }
    let inputs = Set(first.inputs + second.inputs).sorted()
    guard let values = images.values(at: inputs, seed: seed) else { throw .tooLarge }
    self.values = values
    self.exact = first.reading(from: inputs).steps
    self.rounded = second.reading(from: inputs).steps
    let terms = (exact + rounded).reduce(0) { $0 + $1.inputsPerGroup * $1.taps + 1 }
    loss = 4 * Double(terms) * 0x1p-53
    group = geometry.group
  }

  /// Whether both chains compute the same; nil where they have no outputs.
  ///
  /// Groups never meet, so that a few at a time go all the way, in memory that stays in cache.
  func check(
    exact: [ConvolutionKernel], rounded: [ConvolutionKernel], _ rounding: FloatingRounding
  ) -> UnitCheck? {
    let weights = (exact + rounded).reduce(0) { $0 + $1.geometry.weightCount } / group
    let length = max(1, Self.weightsAtATime / max(1, weights))
    let runs = (group + length - 1) / length
    let found = Parallel.map(runs) { run in
      let groups = run * length..<min(group, (run + 1) * length)
      return UnitCheck(
        apply(exact, self.exact, groups), apply(rounded, self.rounded, groups, rounding),
        loss: loss)
    }
    return found.compactMap(\.self).max { $0.severity < $1.severity }
  }

  /// What the exact side makes of the images.
  func apply(exact: [ConvolutionKernel]) -> ProbeValues {
    apply(exact, self.exact, 0..<group)
  }

  private static let weightsAtATime = 1 << 12

  private func apply(
    _ chain: [ConvolutionKernel], _ steps: [ProbeRoute.Step], _ groups: Range<Int>,
    _ rounding: FloatingRounding? = nil
  ) -> ProbeValues {
    let inputs = values.channels / group
    let start = values.channels(groups.lowerBound * inputs..<groups.upperBound * inputs)
    return zip(chain, steps).reduce(start) { values, factor in
      let (kernel, step) = factor
      return ProbeApplication(
        kernel.geometry, groups: groups, step, rounding: rounding, to: values)(kernel)
    }
  }
}
