import NetworkIR
import TensorCore

/// Whether the factors of a unit and the one kernel compute the same, tried in Double on two small
/// images with borders; no network is run.
///
/// One side's numbers were rounded once each, when they were written: they are off by at most
/// δ = u/(1 − u)·|w| + η (u the unit roundoff of their type, η half its smallest subnormal). With
/// |F| for the kernel of magnitudes, the outputs are then apart by at most
///
///     |y − y'| ≤ ((|F_l| + δ_l) ∗ … ∗ (|F₁| + δ₁) − |F_l| ∗ … ∗ |F₁|) ∗ |x| + 4·N·2⁻⁵³·M
///
/// element by element, where the F are the rounded side's kernels (one, or all factors), N counts
/// the terms of all sums that composing and applying take, and M is the larger of the two sides'
/// |F_l| ∗ … ∗ |F₁| ∗ |x|, which bounds what arithmetic in Double can lose.
package struct UnitCheck: Sendable, Hashable {
  /// Of the output that comes closest to its tolerance, or exceeds it most.
  package let error: Double
  package let tolerance: Double

  package var passed: Bool { error <= tolerance }

  /// The error in parts of the tolerance, infinite where the check said no.
  package var severity: Double {
    error == 0 ? 0 : passed ? error / tolerance : .infinity
  }

  /// Nil where the images that the unit asks for are too large to try; sides of different geometry
  /// have failed.
  ///
  /// - Parameters:
  ///   - exact: the side whose numbers count as they are, its first kernel first.
  ///   - rounded: the side that was computed from it and rounded.
  package init?(
    exact: [ConvolutionKernel], rounded: [ConvolutionKernel], _ rounding: FloatingRounding,
    seed: UInt64 = 0
  ) {
    var generator = SeededGenerator(seed: seed)
    guard let geometry = try? KernelComposition.geometry(of: exact.map(\.geometry)),
      let other = try? KernelComposition.geometry(of: rounded.map(\.geometry)),
      geometry.isSameKernel(as: other)
    else {
      self = .failed
      return
    }
    guard let images = ProbeTensor(for: geometry, using: &generator),
      let y = Self.apply(exact, to: images), let other = Self.apply(rounded, to: images)
    else { return nil }
    let (u, eta) = (rounding.unitRoundoff, rounding.subnormalError)
    let plain = ProbeApplication.Weights.magnitudes(relative: 0, absolute: 0)
    let moved = ProbeApplication.Weights.magnitudes(relative: u / (1 - u), absolute: eta)
    guard let ours = Self.apply(exact, to: images.magnitudes, plain),
      let theirs = Self.apply(rounded, to: images.magnitudes, plain),
      let reach = Self.apply(rounded, to: images.magnitudes, moved)
    else { return nil }
    let terms = (exact + rounded).reduce(0) {
      $0 + $1.geometry.inputsPerGroup * $1.geometry.taps + 1
    }
    let loss = 4 * Double(terms) * 0x1p-53
    var worst: UnitCheck?
    for index in y.elements.indices {
      let error = (y.elements[index] - other.elements[index]).magnitude
      let magnitude = max(ours.elements[index], theirs.elements[index])
      let tolerance = reach.elements[index] - theirs.elements[index] + loss * magnitude
      let candidate = UnitCheck(error: error, tolerance: tolerance)
      if candidate.severity > worst?.severity ?? -1 { worst = candidate }
    }
    guard let worst else { return nil }
    self = worst
  }

  /// Of what can't be tried because it is not what it should be.
  static let failed = UnitCheck(error: .infinity, tolerance: 0)

  private init(error: Double, tolerance: Double) {
    self.error = error
    self.tolerance = tolerance
  }

  private static func apply(
    _ chain: [ConvolutionKernel], to images: ProbeTensor,
    _ weights: ProbeApplication.Weights = .plain
  ) -> ProbeTensor? {
    var current = images
    for kernel in chain {
      guard let application = ProbeApplication(kernel, to: current) else { return nil }
      current = application(current, weights)
    }
    return current
  }
}

extension UnitCheck {
  /// The factors against the node that now writes `output`, as it reads from the graph.
  ///
  /// Nil where that is too large to try; a node that can't be read has failed.
  ///
  /// - Parameters:
  ///   - hasAddend: whether the node adds a value of its own, which the last factor added.
  ///   - dimensions: extents that SAME padding follows from.
  init?(
    _ factors: [ConvolutionKernel], contractedTo output: Value.ID, hasAddend: Bool = false,
    in graph: Graph, dimensions: @escaping (Value.ID) -> [Dimension]?
  ) {
    let reader = WeightedNodeReader(
      graph, isExclusive: false, addends: hasAddend ? .required : .refused,
      assumingConstantInputs: true, dimensions: dimensions)
    guard let producer = graph.producer(of: output),
      let node = try? reader.read(endingAt: producer), node.output == output,
      let kernel = try? node.kernel(), let rounding = try? node.rounding()
    else {
      self = .failed
      return
    }
    self.init(exact: factors, rounded: [kernel], rounding)
  }
}
