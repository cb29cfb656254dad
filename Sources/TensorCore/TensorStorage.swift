import Foundation

/// Immutable bytes: an owned allocation, a slice of memory that another object keeps alive, or what
/// a function makes whenever they are read.
///
/// A slice costs no copy: a tensor of a mapped file points into the mapping, and `owner` keeps the
/// mapping open for as long as the tensor lives. Made bytes cost no memory while nobody reads them:
/// factors can be many times as large as everything that they are made from.
package struct TensorStorage: @unchecked Sendable {
  private enum Content {
    case kept(UnsafeRawBufferPointer, owner: AnyObject)
    case made(MadeBytes)
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

  /// Bytes that are made anew for each reader.
  package static func made(_ bytes: MadeBytes) -> TensorStorage {
    TensorStorage(count: bytes.count, content: .made(bytes))
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

  /// The same bytes, in memory.
  package func kept() -> TensorStorage {
    guard case .made(let made) = content else { return self }
    return TensorStorage(byteCount: count) { made.fill($0) }
  }

  /// The same bytes; where they are made, whoever `watch` names sees them too, see
  /// `MadeBytes.watched`.
  package func watched(by watch: @escaping @Sendable () -> MadeBytes.Watch?) -> TensorStorage {
    guard case .made(let made) = content else { return self }
    return .made(made.watched(by: watch))
  }

  /// Calls `body` with the bytes; the pointer must not escape it, unless they are kept and the
  /// storage lives on.
  package func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    switch content {
    case .kept(let bytes, let owner):
      defer { withExtendedLifetime(owner) {} }
      return try body(bytes)
    case .made(let made): return try made.withAll(body)
    }
  }

  /// Calls `body` with the bytes in order, some at a time: made ones are made while `body` has
  /// those before them, in memory that does not grow with the tensor.
  package func forEachPiece<E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> Void
  ) throws(E) {
    switch content {
    case .kept: try withBytes(body)
    case .made(let made): try made.forEachPiece(body)
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
