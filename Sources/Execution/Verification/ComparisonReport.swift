package import NetworkIR

/// How far the outputs of two networks are apart, and how far they may be.
package struct ComparisonReport: Sendable, Hashable {
  /// One output on one kind of inputs.
  package struct Row: Sendable, Hashable {
    package let kind: InputKind
    package let output: Name
    /// The largest |a − b|; infinite where one of them is no number.
    package let maxAbsoluteError: Double
    /// The same in parts of the largest output of either network.
    package let maxRelativeError: Double
    /// The largest |a − b| / max(|a|, |b|) of the elements above the tolerance.
    package let maxElementwiseError: Double
    /// The largest number of Floats from a to b, of the elements above the tolerance.
    package let maxULP: Int
    /// The share of rows (along axis 1) whose largest elements stand at the same place.
    package let argmaxAgreement: Double
    /// What `maxAbsoluteError` may be, see `RoundingModel`.
    package let tolerance: Double
    /// The channel that comes closest to its own tolerance, or exceeds it most.
    package let channel: Channel
    /// The tolerance in deviations of the two networks' roundings together, √(first² + second²).
    package let deviations: Double
    /// How far its own roundings move the output of each network.
    package let first: RoundingSpread
    package let second: RoundingSpread

    package var passed: Bool { severity <= 1 }

    /// The error in parts of the tolerance, of the output or of one channel: above 1 where the row
    /// didn't pass.
    package var severity: Double {
      max(ComparisonReport.severity(maxAbsoluteError, tolerance), channel.severity)
    }

    /// True where only one channel by itself exceeds what rounding explains.
    package var failsByChannel: Bool {
      ComparisonReport.severity(maxAbsoluteError, tolerance) <= 1 && channel.severity > 1
    }
  }

  /// One channel of an output: an index along axis 1.
  package struct Channel: Sendable, Hashable {
    package let index: Int
    /// The largest |a − b| of its elements.
    package let maxAbsoluteError: Double
    /// What that may be, see `RoundingModel`; never more than what the output's may.
    package let tolerance: Double

    package var severity: Double { ComparisonReport.severity(maxAbsoluteError, tolerance) }
  }

  private static func severity(_ error: Double, _ tolerance: Double) -> Double {
    if error == 0 { return 0 }
    return tolerance.isFinite && tolerance > 0 ? error / tolerance : .infinity
  }

  package let rows: [Row]
  /// Outputs that are the same for all images of all kinds, up to the tolerance: what makes them was
  /// not put to the test, as in an untrained deep network, whose image fades away.
  package let unresponsive: [Name]
  package let first: RoundingExtent
  package let second: RoundingExtent

  package var passed: Bool { rows.allSatisfy(\.passed) }

  /// The row that comes closest to its tolerance, or exceeds it most; nil where there is none.
  package var worst: Row? { rows.max { $0.severity < $1.severity } }
}
