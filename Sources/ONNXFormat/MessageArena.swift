import COnnx
import Foundation
import TensorCore

/// Memory for messages that are all released together, when the arena is.
///
/// Unpacked trees live here, so nothing frees them field by field, and messages may share parts
/// and point into a mapped file.
final class MessageArena {
  private var chunks: [UnsafeMutableRawPointer] = []
  private var next: UnsafeMutableRawPointer?
  private var remaining = 0
  private static let chunkSize = 1 << 16
  private var made: [UnsafeMutablePointer<UInt8>: TensorStorage] = [:]

  deinit { chunks.forEach { free($0) } }

  /// Zeroed memory for `size` bytes, 16-byte aligned; nil where the system has none.
  func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    let rounded = (size + 15) & ~15
    if rounded > Self.chunkSize / 4 { return chunk(rounded) }
    if rounded > remaining {
      guard let fresh = chunk(Self.chunkSize) else { return nil }
      next = fresh
      remaining = Self.chunkSize
    }
    guard let result = next else { return nil }
    next = result + rounded
    remaining -= rounded
    return result
  }

  /// A pointer that nothing may read, to find `storage` by when it is written.
  func standIn(for storage: TensorStorage) -> UnsafeMutablePointer<UInt8>? {
    guard let pointer = allocate(1)?.assumingMemoryBound(to: UInt8.self) else { return nil }
    made[pointer] = storage
    return pointer
  }

  /// What a pointer of `standIn` stands for.
  func storage(behind pointer: UnsafeMutablePointer<UInt8>?) -> TensorStorage? {
    pointer.flatMap { made[$0] }
  }

  private func chunk(_ size: Int) -> UnsafeMutableRawPointer? {
    guard let memory = calloc(1, size) else { return nil }
    chunks.append(memory)
    return memory
  }

  /// Calls `body` with an allocator that takes from this arena and whose `free` does nothing.
  func withAllocator<R>(_ body: (UnsafeMutablePointer<ProtobufCAllocator>) -> R) -> R {
    var allocator = ProtobufCAllocator(
      alloc: { arena, size in
        arena.flatMap {
          Unmanaged<MessageArena>.fromOpaque($0).takeUnretainedValue().allocate(size)
        }
      },
      free: { _, _ in },
      allocator_data: Unmanaged.passUnretained(self).toOpaque())
    return withExtendedLifetime(self) { body(&allocator) }
  }
}
