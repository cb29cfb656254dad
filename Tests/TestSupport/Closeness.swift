/// How far two arrays are apart; every comparison of the tests goes through one of these.
package enum Closeness {
  /// The largest |a − b|; infinite where a difference is NaN or the lengths differ.
  package static func maximumDifference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { worst, pair in
      let difference = (pair.0 - pair.1).magnitude
      return difference.isNaN ? .infinity : max(worst, difference)
    }
  }

  package static func maximumDifference(_ a: [Float], _ b: [Float]) -> Double {
    maximumDifference(a.map(Double.init), b.map(Double.init))
  }

  /// The largest |a − b| in parts of the largest |b|.
  package static func relativeDifference(_ a: [Float], _ b: [Float]) -> Double {
    let scale = b.reduce(0) { max($0, Double($1.magnitude)) }
    return maximumDifference(a, b) / max(scale, .leastNormalMagnitude)
  }
}
