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
  private static let largestKeptCount = max(4, ProcessInfo.processInfo.activeProcessorCount)
  /// The allocator keeps smaller blocks itself.
  private static let leastKeptSize = 1 << 16
  /// Blocks up to this are made for the next larger needs too, which mostly come.
  private static let largestRoundedSize = 1 << 26

  /// At least `count` bytes of any content: the smallest block that is kept and large enough, or a
  /// new one in the place of the largest.
  static func spare(count: Int) -> Allocation {
    guard count >= leastKeptSize else { return Allocation(count: count) }
    let found = kept.withLock { kept -> Allocation? in
      let fitting = kept.indices.filter { kept[$0].memory.count >= count }
      if let best = fitting.min(by: { kept[$0].memory.count < kept[$1].memory.count }) {
        return kept.remove(at: best)
      }
      let largest = kept.indices.max { kept[$0].memory.count < kept[$1].memory.count }
      if let largest { kept.remove(at: largest) }
      return nil
    }
    if let found { return found }
    let doubled = 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
    return Allocation(count: doubled <= largestRoundedSize ? doubled : count)
  }

  /// Keeps the block, which nobody may use any more, for others; see `SpareMemory`.
  func spare() {
    guard memory.count >= Self.leastKeptSize else { return }
    Self.kept.withLock { kept in
      kept.append(self)
      guard kept.count > Self.largestKeptCount else { return }
      let least = kept.indices.min { kept[$0].memory.count < kept[$1].memory.count }
      if let least { kept.remove(at: least) }
    }
  }
}
