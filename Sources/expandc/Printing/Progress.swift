import Foundation

/// One line on standard error that says how far a long command is: rate and time left.
///
/// Shown only where standard error is a terminal and nobody asked for quiet. It has no colours, so
/// `NO_COLOR` has nothing to switch off.
final class Progress {
  private let title: String
  private let unit: String
  private let total: Int
  private let width: Int?
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastDrawn: ContinuousClock.Instant?
  private var drawnCount = 0

  private static let interval = Duration.milliseconds(100)

  /// - Parameters:
  ///   - unit: what `total` counts, in the plural.
  init(_ title: String, total: Int, unit: String, isQuiet: Bool) {
    self.title = title
    self.unit = unit
    self.total = total
    let isDumb = ProcessInfo.processInfo.environment["TERM"] == "dumb"
    width = isQuiet || isDumb ? nil : Terminal.width(STDERR_FILENO)
    start = clock.now
  }

  deinit { clear() }

  /// Shows that `done` of the total are done; `note` is what else is worth seeing.
  func advance(to done: Int, note: String = "") {
    guard let width else { return }
    let now = clock.now
    if let lastDrawn, now - lastDrawn < Self.interval, done < total { return }
    lastDrawn = now
    let line = text(done: done, elapsed: (now - start) / .seconds(1), note: note)
    draw(line.truncated(to: width - 1))
  }

  /// Takes the line away, so that the next output stands alone.
  func clear() {
    guard drawnCount > 0 else { return }
    write("\r" + String(repeating: " ", count: drawnCount) + "\r")
    drawnCount = 0
  }

  private func text(done: Int, elapsed: Double, note: String) -> String {
    var parts = [title]
    if total > 0 { parts.append("\(min(100, done * 100 / total))%") }
    if elapsed > 0, done > 0 {
      let rate = Double(done) / elapsed
      parts.append("\(Int(rate.rounded()).grouped) \(unit)/s")
      parts.append("\(Self.time(Double(max(0, total - done)) / rate)) left")
    }
    if !note.isEmpty { parts.append(note) }
    return parts.joined(separator: "  ")
  }

  private func draw(_ line: String) {
    write("\r" + line.padded(to: drawnCount))
    drawnCount = line.count
  }

  private func write(_ text: String) { Console.tell(text) }

  /// Seconds as 0:42 or 1:02:03.
  static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 359_999).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0
      ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
