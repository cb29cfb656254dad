import Foundation

/// Memory of many megabytes, which costs most when it is touched for the first time.
///
/// The kernel hands it out in pages of 4 KiB, each with a fault of its own, unless it is asked for
/// larger ones. On one machine that was two thirds of the time of writing half a gigabyte of
/// factors.
package enum LargeAllocation {
  /// Asks for large pages where `memory` can have any; must come before it is first touched.
  package static func advise(_ memory: UnsafeRawBufferPointer) {
    #if os(Linux)
      guard memory.count >= 4 << 20, let start = memory.baseAddress else { return }
      let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
      let first = (UInt(bitPattern: start) + page - 1) / page * page
      let end = (UInt(bitPattern: start) + UInt(memory.count)) / page * page
      _ = madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_HUGEPAGE)
    #endif
  }
}

extension Array where Element: BitwiseCopyable {
  /// An array of `count` elements, each of which `initialize` sets, in memory that is cheap to
  /// touch however large it is.
  package init(
    count total: Int, initializingWith initialize: (UnsafeMutableBufferPointer<Element>) -> Void
  ) {
    self.init(unsafeUninitializedCapacity: total) { buffer, count in
      LargeAllocation.advise(UnsafeRawBufferPointer(buffer))
      initialize(UnsafeMutableBufferPointer(rebasing: buffer[..<total]))
      count = total
    }
  }
}
