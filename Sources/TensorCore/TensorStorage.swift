import Foundation

/// Immutable bytes: an owned allocation, or a slice of memory that another object keeps alive.
///
/// A slice costs no copy: a tensor of a mapped file points into the mapping, and `owner` keeps the
/// mapping open for as long as the tensor lives.
package struct TensorStorage: @unchecked Sendable {
  private let owner: AnyObject
  private let bytes: UnsafeRawBufferPointer

  /// Borrows `bytes`, which must stay valid and unchanged while `owner` lives.
  package init(borrowing bytes: UnsafeRawBufferPointer, from owner: any AnyObject & Sendable) {
    self.owner = owner
    self.bytes = bytes
  }

  /// Owns `count` bytes, 64-byte aligned, that `initialize` fills; they start as zeros.
  package init(
    byteCount count: Int, initialize: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    let allocation = Allocation(count: count)
    try initialize(allocation.memory)
    owner = allocation
    bytes = UnsafeRawBufferPointer(allocation.memory)
  }

  package init(_ elements: some Collection<UInt8>) {
    self.init(byteCount: elements.count) { $0.copyBytes(from: elements) }
  }

  package var count: Int { bytes.count }

  /// Calls `body` with the bytes; the pointer must not escape it.
  package func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(owner) {} }
    return try body(bytes)
  }
}

extension TensorStorage: Hashable {
  package static func == (a: TensorStorage, b: TensorStorage) -> Bool {
    a.count == b.count
      && (a.count == 0 || memcmp(a.bytes.baseAddress!, b.bytes.baseAddress!, a.count) == 0)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(bytes: bytes)
  }
}

private final class Allocation {
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
}
