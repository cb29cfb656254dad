import Foundation

/// What the command has taken of the machine, for `-v`.
enum ResourceUse {
  /// The largest resident set so far.
  static var peakBytes: Int {
    var usage = rusage()
    // RUSAGE_SELF, which is imported as an enum on Linux and as a number elsewhere.
    getrusage(0, &usage)
    // Linux counts in KiB.
    return usage.ru_maxrss * 1024
  }

  /// Elapsed time since `start`, and the largest resident set so far.
  static func sentence(since start: ContinuousClock.Instant) -> String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let mebibytes = Double(peakBytes) / 1024 / 1024
    return "\(seconds.decimals(3)) seconds, \(mebibytes.decimals(1)) MiB at the peak"
  }
}
