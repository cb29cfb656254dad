import Foundation
import Synchronization

/// Memory for tensors, 64-byte aligned.
final class Allocation: @unchecked Sendable {
  let memory: UnsafeMutableRawBufferPointer
  private let block: UnsafeMutableRawPointer?

  /// `calloc` hands out large blocks as zeros without touching them.
  init(count: Int) {
    let alignment = 64
    block = calloc(count + alignment, 1)
    guard let block else { fatalError("out of memory: \(count) bytes") }
    memory = UnsafeMutableRawBufferPointer(
      start: block.alignedUp(toMultipleOf: alignment), count: count)
    LargeAllocation.advise(UnsafeRawBufferPointer(memory))
  }

  deinit { free(block) }

  /// Blocks that were needed for a while: touching memory anew would take longer than filling it.
  private static let kept = Mutex<[Allocation]>([])
  private static let largestKeptCount = 4
  /// What nobody touches of a block costs nothing, so that it can serve larger needs later.
  private static let leastKeptSize = 1 << 27

  /// At least `count` bytes of any content: the smallest block that is kept and large enough, or a
  /// new one in the place of the largest.
  static func spare(count: Int) -> Allocation {
    let found = kept.withLock { kept -> Allocation? in
      let fitting = kept.indices.filter { kept[$0].memory.count >= count }
      if let best = fitting.min(by: { kept[$0].memory.count < kept[$1].memory.count }) {
        return kept.remove(at: best)
      }
      let largest = kept.indices.max { kept[$0].memory.count < kept[$1].memory.count }
      if let largest { kept.remove(at: largest) }
      return nil
    }
    return found ?? Allocation(count: max(count, leastKeptSize))
  }

  /// Keeps the block, which nobody may use any more, for others; see `SpareMemory`.
  func spare() {
    Self.kept.withLock { kept in
      kept.append(self)
      guard kept.count > Self.largestKeptCount else { return }
      let least = kept.indices.min { kept[$0].memory.count < kept[$1].memory.count }
      if let least { kept.remove(at: least) }
    }
  }
}
