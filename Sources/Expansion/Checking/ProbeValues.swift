/// What a value of a unit is at the places that matter, and what bounds it there.
struct ProbeValues {
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
  private(set) var elements: [Double]

  init(channels: Int, places: Int, kinds: Int) {
    self.channels = channels
    self.places = places
    self.kinds = kinds
    elements = [Double](repeating: 0, count: channels * places * kinds)
  }

  subscript(channel: Int, kind: Kind, place: Int) -> Double {
    get { elements[(channel * kinds + kind.rawValue) * places + place] }
    set { elements[(channel * kinds + kind.rawValue) * places + place] = newValue }
  }
}
