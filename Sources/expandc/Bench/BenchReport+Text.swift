extension BenchReport {
  /// The rows with their names, in the order in which they are shown.
  private var namedRows: [(name: String, row: Row)] {
    var rows = [("compact", compact)]
    for network in rates {
      let name = network.rate.map { "r = \($0.significant(3)) " } ?? "expanded "
      rows.append((name + "materialized", network.materialized))
      rows.append((name + "online", network.online))
    }
    return rows + [("compact, inference", inference)]
  }

  func text(width: Int?) -> String {
    var times = Table(
      .text("step of \(batchSize) images"), .number("median ms"), .number("min ms"),
      .number("spread"), .number("× compact"), .number("images/s"))
    var rates = Table(
      .text(""), .number("GFLOP/s"), .number("of product"), .number("arena MB"),
      .number("weights MB"), .number("momenta MB"))
    for (name, row) in namedRows {
      times.add(
        name, (row.medianSeconds * 1e3).decimals(2), (row.minSeconds * 1e3).decimals(2),
        (row.spreadSeconds / row.medianSeconds).percent,
        (row.medianSeconds / compact.medianSeconds).decimals(2),
        Int(row.imagesPerSecond.rounded()).grouped)
      rates.add(
        name, row.gigaflopsPerSecond?.decimals(1) ?? "–",
        row.matrixProductShare.map { "\(($0 * 100).decimals(0))%" } ?? "–",
        Self.megabytes(row.arenaBytes), Self.megabytes(row.parameterBytes),
        Self.megabytes(row.velocityBytes))
    }
    let product = matrixProduct
    return [
      times.text(width: width ?? 80), "", rates.text(width: width ?? 80), "",
      steps.text(width: width ?? 80), "",
      "images \(imageShape.byTimes), \(threads) threads; a product of \(product.extent)×"
        + "\(product.extent) matrices: \(product.gigaflopsPerSecond.decimals(1)) GFLOP/s",
      "a step is forward, backward and optimizer, \(compact.runs) timed in turns; no loading",
      "outside: loops beside oneDNN, composition and transforms; the optimizer too",
      "the process took \(Self.megabytes(processPeakBytes)) MB at its peak, for all networks",
    ].joined(separator: "\n")
  }

  private var steps: Table {
    var table = Table(
      .text("costliest steps"), .name("of the node"), .number("ms"), .number("share"))
    for (index, (name, row)) in namedRows.enumerated() {
      if index > 0 { table.addRule() }
      table.add(
        name, "", (row.medianSeconds * 1e3).decimals(2),
        "outside \((row.outsideShare * 100).decimals(1))%")
      if row.transformShare > 0 {
        table.add("  all transforms", "", "", (row.transformShare * 100).decimals(1) + "%")
      }
      for step in row.costliest {
        table.add(
          "  " + step.step, step.node, (step.seconds * 1e3).decimals(2),
          (step.share * 100).decimals(1) + "%")
      }
    }
    return table
  }

  private static func megabytes(_ bytes: Int) -> String { (Double(bytes) / 1e6).decimals(1) }
}
