import NetworkIR
import TensorCore

/// Whether the factors of a unit and the one kernel compute the same, tried in Double on two small
/// images with borders; no network is run.
///
/// A few outputs are compared, those that see every weight and all borders, see
/// `ProbePassage.revealingPlaces`; so each weight is read once and meets few numbers.
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
    let probe: UnitProbe
    do {
      probe = try UnitProbe(
        exact: exact.map(\.geometry), rounded: rounded.map(\.geometry), seed: seed)
    } catch {
      guard error == .different else { return nil }
      self = .failed
      return
    }
    guard let check = probe.check(exact: exact, rounded: rounded, rounding) else { return nil }
    self = check
  }

  /// Of what both sides make of the same images: what comes closest to its tolerance; nil where
  /// there is nothing.
  ///
  /// - Parameter loss: 4·N·2⁻⁵³.
  init?(_ exact: ProbeValues, _ rounded: ProbeValues, loss: Double) {
    var worst: UnitCheck?
    for channel in 0..<exact.channels {
      for place in 0..<exact.places {
        let error = exact[channel, .number, place] - rounded[channel, .number, place]
        let magnitude = rounded[channel, .magnitude, place]
        let tolerance =
          rounded[channel, .moved, place] - magnitude
          + loss * max(exact[channel, .magnitude, place], magnitude)
        let candidate = UnitCheck(error: error.magnitude, tolerance: tolerance)
        if candidate.severity > worst?.severity ?? -1 { worst = candidate }
      }
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
