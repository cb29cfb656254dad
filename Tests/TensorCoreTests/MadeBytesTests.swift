import Synchronization
import TensorCore
import Testing

@Suite struct `Bytes that are made when they are read` {
  private struct Full: Error {}

  /// Runs of such lengths, in which byte i is i mod 251.
  private func storage(_ lengths: [Int], prepared: Counter? = nil) -> TensorStorage {
    var runs: [Range<Int>] = []
    for length in lengths {
      let start = runs.last?.upperBound ?? 0
      runs.append(start..<start + length)
    }
    let all = runs
    return .made(
      MadeBytes(runs: all) {
        prepared?.add()
        return { run, target in
          for index in target.indices {
            target[index] = UInt8((all[run].lowerBound + index) % 251)
          }
        }
      })
  }

  private final class Counter: Sendable {
    let value = Atomic(0)
    func add() { value.wrappingAdd(1, ordering: .relaxed) }
  }

  private static let lengths: [[Int]] = [
    [], [1], [5, 7, 3], [4 << 20, 1], [1, 4 << 20, 3 << 20, 2 << 20, 17], [9 << 20, 9 << 20],
    [Int](repeating: 1 << 18, count: 41),
  ]

  @Test(arguments: lengths)
  func `are the same whole and in pieces`(lengths: [Int]) {
    let storage = storage(lengths)
    let expected = (0..<lengths.reduce(0, +)).map { UInt8($0 % 251) }
    #expect(storage.withBytes { [UInt8]($0) } == expected)
    #expect(storage.kept().withBytes { [UInt8]($0) } == expected)
    var pieces: [UInt8] = []
    storage.forEachPiece { pieces += $0 }
    #expect(pieces == expected)
  }

  @Test func `come in pieces that stay small however many there are`() {
    var largest = 0
    storage([Int](repeating: 1 << 18, count: 160)).forEachPiece { largest = max(largest, $0.count) }
    #expect(largest == 1 << 19)
  }

  @Test func `end at the first piece that can't be taken`() {
    var taken = 0
    #expect(throws: Full.self) {
      try storage([Int](repeating: 4 << 20, count: 5)).forEachPiece { _ throws(Full) in
        taken += 1
        if taken == 2 { throw Full() }
      }
    }
    #expect(taken == 2)
  }

  @Test func `are prepared once for each reader`() {
    let counter = Counter()
    let storage = storage([Int](repeating: 4 << 20, count: 3), prepared: counter)
    #expect(counter.value.load(ordering: .relaxed) == 0)
    storage.forEachPiece { _ in }
    #expect(counter.value.load(ordering: .relaxed) == 1)
  }

  @Test(arguments: lengths) func `are each seen once by who watches a reader`(lengths: [Int]) {
    let seen = Mutex<[UInt8: Int]>([:])
    let count = lengths.reduce(0, +)
    let watched = storage(lengths).watched {
      { range, bytes in
        seen.withLock { seen in
          for (index, byte) in zip(range, bytes) where byte == UInt8(index % 251) {
            seen[byte, default: 0] += 1
          }
        }
      }
    }
    watched.forEachPiece { _ in }
    #expect(seen.withLock { $0.values.reduce(0, +) } == count)
    watched.withBytes { _ in }
    #expect(seen.withLock { $0.values.reduce(0, +) } == 2 * count)
    #expect(watched == storage(lengths))
  }

  @Test func `are the same where nobody wants to see them, or they are kept`() {
    let storage = storage([5, 7])
    #expect(storage.watched { nil } == storage)
    let kept = storage.kept().watched {
      Issue.record("kept bytes are not made")
      return nil
    }
    #expect(kept == storage)
  }
}
