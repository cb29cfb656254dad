/// Memory that is needed for a moment, kept for whoever needs some next: touching memory anew would
/// take longer than filling it.
package enum SpareMemory {
  /// Calls `body` with `count` bytes of any content, 64-byte aligned, that it must not keep.
  package static func withBytes<R, E: Error>(
    _ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    let room = Allocation.spare(count: count)
    defer { room.spare() }
    return try body(UnsafeMutableRawBufferPointer(rebasing: room.memory[..<count]))
  }
}
