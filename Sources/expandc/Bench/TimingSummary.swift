/// What repeated timings of one thing come to, in seconds.
struct TimingSummary: Sendable {
  let count: Int
  let median: Double
  let minimum: Double
  /// Between the first and the third quartile: what half of the timings lie within.
  let spread: Double

  /// All are NaN without timings.
  init(_ seconds: [Double]) {
    let sorted = seconds.sorted()
    count = sorted.count
    median = Self.quantile(0.5, of: sorted)
    minimum = sorted.first ?? .nan
    spread = Self.quantile(0.75, of: sorted) - Self.quantile(0.25, of: sorted)
  }

  /// Linear between the two nearest ranks.
  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = share * Double(sorted.count - 1)
    let lower = Int(place)
    guard lower + 1 < sorted.count else { return last }
    return sorted[lower] + (place - Double(lower)) * (sorted[lower + 1] - sorted[lower])
  }
}
