import Foundation

/// What the command has taken of the machine, for `-v`.
enum ResourceUse {
  /// Elapsed time since `start`, and the largest resident set so far.
  static func sentence(since start: ContinuousClock.Instant) -> String {
    var usage = rusage()
    // RUSAGE_SELF, which is imported as an enum on Linux and as a number elsewhere.
    getrusage(0, &usage)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    // Linux counts in KiB.
    let mebibytes = Double(usage.ru_maxrss) / 1024
    return "\(seconds.decimals(3)) seconds, \(mebibytes.decimals(1)) MiB at the peak"
  }
}
