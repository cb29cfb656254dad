import Expansion
import TOMLKit

/// Reads one `[[node]]` of a plan.
struct PlanEntryReader {
  let table: TOMLTable
  let path: String
  let line: Int?

  func entry() throws(PlanFileError) -> PlanFile.Entry {
    let known = PlanFile.Key.allCases.map(\.rawValue)
    for key in table.keys.sorted() where !known.contains(key) {
      throw failure(.unknownKey(key, known: known))
    }
    var entry = PlanFile.Entry()
    entry.line = line
    entry.name = try text(.name)
    entry.index = try integer(.index)
    entry.operator = try text(.operator)
    guard entry.name != nil || entry.index != nil else { throw failure(.namesNoNode) }
    entry.options.strategy = try strategy()
    entry.options.rate = try rate()
    entry.options.fullyConnectedFactors = try integer(.fc)
    if let count = entry.options.fullyConnectedFactors, ![2, 3].contains(count) {
      throw failure(.factorCountOutOfRange(count))
    }
    entry.options.strideAt = try choice(.strideAt)
    entry.options.stem = try choice(.stem)
    entry.options.intermediateBias = try choice(.intermediateBias)
    return entry
  }

  private func strategy() throws(PlanFileError) -> UnitOptions.Strategy? {
    guard let word = try text(.strategy) else { return nil }
    if word == PlanFile.noStrategy { return UnitOptions.Strategy.none }
    guard let strategy = ExpansionStrategy(rawValue: word.uppercased()) else {
      throw failure(
        .unknownValue(key: PlanFile.Key.strategy.rawValue, word, allowed: PlanFile.strategies))
    }
    return .expand(strategy)
  }

  private func rate() throws(PlanFileError) -> Double? {
    guard let value = table[PlanFile.Key.rate.rawValue] else { return nil }
    guard let rate = value.type == .int ? value.int.map(Double.init) : value.double else {
      throw failure(.wrongType(key: PlanFile.Key.rate.rawValue, expected: "a number"))
    }
    guard rate.isFinite, rate > 0 else { throw failure(.rateOutOfRange(rate)) }
    return rate
  }

  private func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: PlanFile.Key
  ) throws(PlanFileError) -> Choice? {
    guard let word = try text(key) else { return nil }
    guard let choice = Choice(rawValue: word) else {
      throw failure(
        .unknownValue(key: key.rawValue, word, allowed: Choice.allCases.map(\.rawValue)))
    }
    return choice
  }

  private func text(_ key: PlanFile.Key) throws(PlanFileError) -> String? {
    guard let value = table[key.rawValue] else { return nil }
    guard let text = value.string else {
      throw failure(.wrongType(key: key.rawValue, expected: "a string in quotes"))
    }
    return text
  }

  private func integer(_ key: PlanFile.Key) throws(PlanFileError) -> Int? {
    guard let value = table[key.rawValue] else { return nil }
    guard value.type == .int, let integer = value.int else {
      throw failure(.wrongType(key: key.rawValue, expected: "an integer"))
    }
    return integer
  }

  private func failure(_ problem: PlanFileError.Problem) -> PlanFileError {
    PlanFileError(
      path: path, line: line, node: table[PlanFile.Key.name.rawValue]?.string, problem: problem)
  }
}
