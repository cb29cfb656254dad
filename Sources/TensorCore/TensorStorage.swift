import Foundation
import Synchronization

/// Immutable bytes: an owned allocation, a slice of memory that another object keeps alive, or what
/// a function makes whenever they are read.
///
/// A slice costs no copy: a tensor of a mapped file points into the mapping, and `owner` keeps the
/// mapping open for as long as the tensor lives. Made bytes cost no memory while nobody reads them:
/// factors can be many times as large as everything that they are made from.
package struct TensorStorage: @unchecked Sendable {
  package typealias Fill = @Sendable (UnsafeMutableRawBufferPointer) -> Void

  private enum Content {
    case kept(UnsafeRawBufferPointer, owner: AnyObject)
    case made(Fill)
  }

  package let count: Int
  private let content: Content

  /// Borrows `bytes`, which must stay valid and unchanged while `owner` lives.
  package init(borrowing bytes: UnsafeRawBufferPointer, from owner: any AnyObject & Sendable) {
    count = bytes.count
    content = .kept(bytes, owner: owner)
  }

  /// Owns `count` bytes, 64-byte aligned, that `initialize` fills; they start as zeros.
  package init(
    byteCount count: Int, initialize: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    let allocation = Allocation(count: count)
    try initialize(allocation.memory)
    self.count = count
    content = .kept(UnsafeRawBufferPointer(allocation.memory), owner: allocation)
  }

  /// Bytes that `fill` makes anew for each reader: the same each time, all of them.
  package static func made(byteCount: Int, by fill: @escaping Fill) -> TensorStorage {
    TensorStorage(count: byteCount, content: .made(fill))
  }

  private init(count: Int, content: Content) {
    self.count = count
    self.content = content
  }

  package init(_ elements: some Collection<UInt8>) {
    self.init(byteCount: elements.count) { $0.copyBytes(from: elements) }
  }

  /// Whether the bytes lie in memory for as long as the storage lives.
  package var isKept: Bool { if case .kept = content { true } else { false } }

  /// Calls `body` with the bytes; the pointer must not escape it, unless they are kept and the
  /// storage lives on.
  package func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    switch content {
    case .kept(let bytes, let owner):
      defer { withExtendedLifetime(owner) {} }
      return try body(bytes)
    case .made(let fill):
      let allocation = Allocation.spare(count: count)
      defer { allocation.spare() }
      let memory = UnsafeMutableRawBufferPointer(rebasing: allocation.memory[..<count])
      fill(memory)
      return try body(UnsafeRawBufferPointer(memory))
    }
  }
}

extension TensorStorage: Hashable {
  package static func == (a: TensorStorage, b: TensorStorage) -> Bool {
    guard a.count == b.count, a.count > 0 else { return a.count == b.count }
    return a.withBytes { x in
      b.withBytes { y in memcmp(x.baseAddress!, y.baseAddress!, a.count) == 0 }
    }
  }

  package func hash(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: $0) }
  }
}

private final class Allocation: @unchecked Sendable {
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

  /// The last block that made bytes were read from: touching memory anew would take longer than
  /// filling it.
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
    Self.last.withLock { $0 = self }
  }
}
