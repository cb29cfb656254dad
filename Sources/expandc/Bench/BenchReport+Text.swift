extension BenchReport {
  /// The rows with their names, in the order in which they are shown.
  private var namedRows: [(name: String, row: Row)] {
    var rows = [("compact", compact)]
    for network in rates {
      let name = network.rate.map { "r = \($0.significant(3)) " } ?? "expanded "
      rows.append((name + "materialized", network.materialized))
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
      times.text(width: width), "", rates.text(width: width), "",
      "images \(imageShape.byTimes), \(threads) threads; a product of \(product.extent)×"
        + "\(product.extent) matrices runs at \(product.gigaflopsPerSecond.decimals(1)) GFLOP/s",
      "a step is forward, backward and optimizer, of \(compact.runs) timed in turns; "
        + "loading is no part",
      "the process took \(Self.megabytes(processPeakBytes)) MB at its peak, for all of them",
    ].joined(separator: "\n")
  }

  private static func megabytes(_ bytes: Int) -> String { (Double(bytes) / 1e6).decimals(1) }
}
