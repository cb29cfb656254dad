import Expansion
import NetworkIR

/// A plan whose entries have found their nodes.
struct ResolvedPlan {
  let path: String
  /// By the node's place in the graph.
  let entries: [Int: PlanFile.Entry]
  /// What each of these nodes is asked for.
  let units: [Node.ID: UnitOptions]

  /// Runs `expand`. What it throws of a node is told of the node's entry, where that asks for it,
  /// and not of the flags.
  func blamed<Result>(_ expand: () throws -> Result) throws -> Result {
    do {
      return try expand()
    } catch let error as ExpansionError {
      throw self.error(error) ?? error
    }
  }

  /// Nil where no entry asks for what cannot be had.
  private func error(_ error: ExpansionError) -> (any Error)? {
    switch error {
    case .impossible(let node, let index, let refusal):
      guard let entry = entries[index], entry.options.mayCause(refusal) else { return nil }
      return failure(entry, node, .impossible(refusal))
    case .unmet(let node, let index, let reason):
      return entries[index].map { failure($0, node, .unmet(reason)) }
    default: return nil
    }
  }

  private func failure(
    _ entry: PlanFile.Entry, _ node: Name, _ problem: PlanFileError.Problem
  ) -> PlanFileError {
    PlanFileError(
      path: path, line: entry.line, node: entry.name ?? node.description, problem: problem)
  }
}

extension UnitOptions {
  /// Whether the entry says something that the refusal is about; else the flags do.
  fileprivate func mayCause(_ refusal: ExpansionRefusal) -> Bool {
    switch refusal {
    case .preserveNeedsWidth(let narrow):
      rate != nil || strategy != nil || narrow.isKeptStem && stem != nil
    case .preserveTooLarge: strategy != nil
    default: rate != nil
    }
  }
}
