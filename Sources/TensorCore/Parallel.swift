import Dispatch

/// Work on all cores at once.
package enum Parallel {
  /// Calls `body` with 0 ..< count, in any order and at the same time, and waits; calls must touch
  /// different memory. The result must not depend on the number of cores: share work out by its
  /// own extents.
  package static func perform(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1 else {
      if count == 1 { body(0) }
      return
    }
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: count) { body($0) }
  }

  /// Calls `body` with runs of `length` that cover 0 ..< count.
  package static func perform(_ count: Int, runsOf length: Int, _ body: (Range<Int>) -> Void) {
    perform((count + length - 1) / length) { run in
      body(run * length..<min(count, (run + 1) * length))
    }
  }
}
