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

  /// A block that somebody is done with, see `SpareMemory`.
  private static let last = Mutex<Allocation?>(nil)

  /// At least `count` bytes of any content.
  static func spare(count: Int) -> Allocation {
    let kept = last.withLock { last in
      defer { last = nil }
      return last
    }
    guard let kept, kept.memory.count >= count else { return Allocation(count: count) }
    return kept
  }

  func spare() {
    Self.last.withLock { last in
      if last?.memory.count ?? 0 < memory.count { last = self }
    }
  }
}
