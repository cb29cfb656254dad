import Execution
import Kernels
import NetworkIR

/// The steps of a run, and the memory that it takes.
struct ExecutionPlanReport: Report {
  struct Step: Encodable {
    let node: String
    let action: String
    /// What runs: a kind of primitive, or a loop of ours.
    let work: String
    let implementation: String?
    let source: String
    let destination: String
    let bytes: Int
  }

  let file: String
  let mode: String
  let batchSize: Int
  let threads: Int
  /// Of training: the chains of linear nodes, and how each is trained.
  let units: [UnitListing.Unit]
  let steps: [Step]
  /// Steps that only put a tensor into another layout.
  let reorders: Int
  let reorderedBytes: Int
  /// Steps that run again only when parameters change.
  let preparations: Int
  let arenaBytes: Int
  /// The most that is alive at once: no placement could do with less.
  let peakBytes: Int

  private enum CodingKeys: CodingKey {
    case mode, batchSize, threads, units, steps, reorders, reorderedBytes, preparations, arenaBytes
    case peakBytes
  }

  init(
    _ plan: ExecutionPlan, file: String, purpose: ExecutionPlanOptions.Purpose, batchSize: Int,
    threads: Int
  ) {
    let descriptions = plan.steps.map(plan.description(of:))
    self.file = file
    mode = purpose.rawValue
    self.batchSize = batchSize
    self.threads = threads
    units = plan.computation.units.map(UnitListing.Unit.init)
    steps = descriptions.map {
      Step(
        node: $0.node.description, action: $0.action, work: $0.work,
        implementation: $0.implementation, source: $0.source.rawValue,
        destination: $0.destination.rawValue, bytes: $0.byteCount)
    }
    let reordering = descriptions.filter(\.isReorder)
    reorders = reordering.count
    reorderedBytes = reordering.reduce(0) { $0 + $1.byteCount }
    preparations = plan.prologue.count
    arenaBytes = plan.arenaByteCount
    peakBytes = plan.peakByteCount
  }
}

extension ExecutionPlanReport {
  func text(width: Int?) -> String {
    var table = Table(
      .number("#"), .name("node"), .text("what runs"), .detail("how"), .text("layout"),
      .number("KiB"))
    for (index, step) in steps.enumerated() {
      table.add(
        "\(index)", step.node, step.words, step.implementation ?? "(a loop)",
        step.layouts, ((step.bytes + 1023) / 1024).grouped)
    }
    return [
      "\(file.printable): \(mode), batches of \(batchSize), \(threads) threads",
      table.text(width: width),
      "∂ is a gradient: ∂x by what was read, ∂w by weights; KiB are read and written",
      "\(steps.count) steps, \(reorders) of them reorders of \(reorderedBytes.mebibytes)"
        + (preparations > 0 ? "; \(preparations) more when parameters change" : ""),
      "arena of \(arenaBytes.mebibytes); at most \(peakBytes.mebibytes) of it alive at once",
    ].joined(separator: "\n")
      + (units.isEmpty ? "" : "\n\n" + UnitListing(units).text(width: width))
  }
}

extension ExecutionPlanReport.Step {
  fileprivate var words: String {
    work.withGradientSigns + (action.hasSuffix(".relu") ? " + ReLU" : "")
  }

  fileprivate var layouts: String {
    let (source, destination) = (source.layoutWord, destination.layoutWord)
    return source == destination ? source : "\(source)→\(destination)"
  }
}

extension String {
  fileprivate var layoutWord: String {
    switch ElementOrder(rawValue: self) {
    case .rowMajor: "rows"
    case .channelsLast: "last"
    case .strided: "strides"
    case .blocked: "blocks"
    case nil: self
    }
  }

  /// convolutionBackwardWeights as convolution ∂w.
  fileprivate var withGradientSigns: String {
    for (suffix, sign) in [("BackwardData", "∂x"), ("BackwardWeights", "∂w"), ("Backward", "∂x")]
    where hasSuffix(suffix) {
      return dropLast(suffix.count) + " " + sign
    }
    return self
  }
}

extension Int {
  fileprivate var mebibytes: String { (Double(self) / 0x1p20).decimals(1) + " MiB" }
}
