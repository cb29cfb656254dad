import NetworkIR

/// A weight that differs, for machines.
struct DiffWeight: Encodable {
  let name: String
  let sign: DiffSign
  /// What differs: its elements, its type or shape, or that only one model has it.
  let difference: String
  let changed: Int?
  let maxAbsolute: Double?
  let relativeNorm: Double?

  init(_ difference: WeightDifference, _ first: String, _ second: String) {
    name = difference.name.description
    sign = difference.sign
    var change: WeightChange?
    switch difference {
    case .onlyIn(let operand, _, _):
      self.difference = "only in \(operand == .first ? first : second): \(difference.words)"
    case .type: self.difference = difference.words
    case .elements(_, let elements):
      self.difference = difference.words
      change = elements
    }
    changed = change?.count
    maxAbsolute = change?.maximum
    relativeNorm = change?.relativeNorm
  }
}

extension WeightDifference {
  /// What differs, beside a sign.
  var words: String {
    switch self {
    case .onlyIn(_, _, let type): type.sentence
    case .type(_, let a, let b): "\(a.sentence) → \(b.sentence)"
    case .elements: "elements"
    }
  }
}
