/// What some channels of a unit's value are at the places that matter, and what bounds them there.
struct ProbeValues: Sendable {
  enum Kind: Int {
    case number
    /// What it would be if all weights and inputs were their magnitudes.
    case magnitude
    /// That of weights which rounding has moved as far as it can.
    case moved
  }

  let channels: Int
  let places: Int
  /// How many of the kinds there are, the first ones.
  let kinds: Int
  /// Row-major over channel, kind and place.
  let elements: [Double]

  /// Requires as many elements as that.
  init(channels: Int, places: Int, kinds: Int, elements: [Double]) {
    precondition(elements.count == channels * kinds * places)
    self.channels = channels
    self.places = places
    self.kinds = kinds
    self.elements = elements
  }

  subscript(channel: Int, kind: Kind, place: Int) -> Double {
    elements[(channel * kinds + kind.rawValue) * places + place]
  }

  func channels(_ range: Range<Int>) -> ProbeValues {
    guard range != 0..<channels else { return self }
    let size = kinds * places
    return ProbeValues(
      channels: range.count, places: places, kinds: kinds,
      elements: Array(elements[range.lowerBound * size..<range.upperBound * size]))
  }
}
