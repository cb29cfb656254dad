import Foundation

/// Pieces on their way from the cores that make them to one reader, who takes them in order.
///
/// A core does what comes next: it reads the next piece where that is made and nobody reads, else
/// it makes another one where there is room. So cores meet nowhere but at the end, and one core
/// alone never waits.
final class PieceLine: @unchecked Sendable {
  enum Job {
    case make(Int)
    case read(Int)
  }

  private let count: Int
  private let room: Int
  private let condition = NSCondition()
  private var isMade: [Bool]
  private var makeNext = 0
  private var readNext = 0
  private var isReading = false
  private var isStopped = false

  /// - Parameter room: how many pieces there is memory for.
  init(count: Int, room: Int) {
    self.count = count
    self.room = room
    isMade = Array(repeating: false, count: count)
  }

  /// Waits where there is no job until others have done theirs; nil where none is left.
  func next() -> Job? {
    condition.lock()
    defer { condition.unlock() }
    while !isStopped, readNext < count {
      if !isReading, isMade[readNext] {
        isReading = true
        return .read(readNext)
      }
      // Whoever has the last pieces reads them.
      guard makeNext < count else { return nil }
      if makeNext < readNext + room {
        makeNext += 1
        return .make(makeNext - 1)
      }
      condition.wait()
    }
    return nil
  }

  func finish(_ job: Job) {
    condition.lock()
    switch job {
    case .make(let piece): isMade[piece] = true
    case .read:
      readNext += 1
      isReading = false
    }
    condition.broadcast()
    condition.unlock()
  }

  /// No more jobs for anybody.
  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }
}
