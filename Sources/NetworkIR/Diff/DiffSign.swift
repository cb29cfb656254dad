/// Which of two models has something: as `diff` marks its lines.
package enum DiffSign: String, Hashable, Sendable, Encodable {
  case onlyInFirst = "-"
  case onlyInSecond = "+"
  /// Both have it, and it differs.
  case changed = "~"

  package init(onlyIn operand: DiffOperand) {
    self = operand == .first ? .onlyInFirst : .onlyInSecond
  }
}
