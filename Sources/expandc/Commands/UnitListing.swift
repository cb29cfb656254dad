import Execution
import NetworkIR

/// How each chain of linear nodes is trained, with what either way costs a step.
struct UnitListing {
  struct Unit: Encodable {
    let factors: [String]
    /// `online` or `materialized`.
    let mode: String
    let materializedMACs: Double
    let onlineMACs: Double?
    /// Why the factors are not one kernel.
    let reason: String?

    init(_ choice: UnitChoice) {
      factors = choice.factors.map(\.description)
      mode = choice.decision.rawValue
      materializedMACs = choice.materialized
      onlineMACs = choice.online
      reason = choice.obstacle?.sentence
    }
  }

  let units: [Unit]

  init(_ units: [Unit]) { self.units = units }

  func text(width: Int?) -> String {
    var table = Table(
      .name("factors"), .text("trained"), .number("materialized MMAC"), .number("online MMAC"))
    for unit in units {
      let ends = [unit.factors.first, unit.factors.last].compactMap(\.self)
      table.add(
        unit.factors.count > 2
          ? ends.joined(separator: " … ") : unit.factors.joined(separator: ", "),
        unit.mode, (unit.materializedMACs / 1e6).decimals(1),
        unit.onlineMACs.map { ($0 / 1e6).decimals(1) } ?? "–")
      if let reason = unit.reason { table.addNote(reason) }
    }
    return table.text(width: width)
      + "\nMMAC are a million multiply-accumulates a step, forward and backward"
  }
}
