import NetworkIR

/// How many differences of each kind there are, by sign: what `--stat` prints.
struct DiffSummary {
  /// A kind of differences, and the sign of each.
  struct Kind {
    let name: String
    let signs: [DiffSign]
  }

  let kinds: [Kind]

  func table(width: Int?) -> String {
    var table = Table(.text("kind"), .number("+"), .number("-"), .number("~"))
    let order: [DiffSign] = [.onlyInSecond, .onlyInFirst, .changed]
    func counts(_ signs: [DiffSign]) -> [String] {
      order.map { sign in signs.count { $0 == sign }.grouped }
    }
    for kind in kinds {
      let numbers = counts(kind.signs)
      table.add(kind.name, numbers[0], numbers[1], numbers[2])
    }
    table.addRule()
    let totals = counts(kinds.flatMap(\.signs))
    table.add("total", totals[0], totals[1], totals[2])
    return table.text(width: width)
  }
}
