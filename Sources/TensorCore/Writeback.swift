import Foundation

/// Sends the bytes of a file to the disk while later ones are still being made.
///
/// `fsync` waits until the disk has all bytes, and the kernel by itself keeps most of them until
/// then: half a gigabyte took 0.15 s at the end. Started early, they are there when it is called.
struct Writeback {
  /// `sync_file_range(descriptor, offset, count, flags)` of Linux: starts, and waits for nothing.
  private typealias Start = @convention(c) (Int32, Int64, Int64, UInt32) -> Int32

  #if os(Linux)
    private static let start = dlsym(nil, "sync_file_range").map {
      unsafeBitCast($0, to: Start.self)
    }
  #else
    private static let start: Start? = nil
  #endif
  /// SYNC_FILE_RANGE_WRITE.
  private static let write: UInt32 = 2
  /// Few calls, each of much: what is started must not be written to any more.
  private static let step = 16 << 20

  private let descriptor: Int32
  private var started = 0
  private var written = 0

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// `count` more bytes were written.
  mutating func add(_ count: Int) {
    written += count
    if written - started >= Self.step { startRest() }
  }

  /// Starts with all bytes that were written. A failure is `fsync`'s to report.
  mutating func startRest() {
    _ = Self.start?(descriptor, Int64(started), Int64(written - started), Self.write)
    started = written
  }
}
