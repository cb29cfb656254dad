import Dispatch

/// Work on all cores at once.
///
/// Runs on the threads of OpenMP where its runtime is loaded, as many as it was told to use: those
/// spin for a while after each primitive, and threads besides them would fight for the cores.
package enum Parallel {
  /// Calls `body` with 0 ..< count, in any order and at the same time, and waits; calls must touch
  /// different memory. The result must not depend on the number of cores: share work out by its
  /// own extents. `body` must not run a primitive of oneDNN: some wait for all threads of the region
  /// that they are called in, which never come.
  package static func perform(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1 else {
      if count == 1 { body(0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) {
        perform(count, on: $0) { index, body in
          body!.assumingMemoryBound(to: ((Int) -> Void).self).pointee(index)
        }
      }
    }
  }

  /// What `transform` gives for 0 ..< count, called as by `perform`.
  package static func map<R>(_ count: Int, _ transform: (Int) -> R) -> [R] {
    [R](unsafeUninitializedCapacity: count) { results, initializedCount in
      perform(count) { results.initializeElement(at: $0, to: transform($0)) }
      initializedCount = count
    }
  }

  /// Calls `body` with runs of `length` that cover 0 ..< count.
  package static func perform(_ count: Int, runsOf length: Int, _ body: (Range<Int>) -> Void) {
    perform((count + length - 1) / length) { run in
      body(run * length..<min(count, (run + 1) * length))
    }
  }

  /// As `perform` with a closure, without allocating.
  package static func perform<Work: PieceWork>(_ count: Int, _ work: Work) {
    withUnsafePointer(to: work) {
      let reference: any PieceWork = Reference(work: $0)
      withUnsafePointer(to: reference) {
        perform(count, on: $0) { index, work in
          work?.assumingMemoryBound(to: (any PieceWork).self).pointee.perform(index)
        }
      }
    }
  }

  /// As `perform` with a closure and runs, without allocating.
  package static func perform<Work: RunWork>(_ count: Int, runsOf length: Int, _ work: Work) {
    withUnsafePointer(to: work) {
      perform(
        (count + length - 1) / length, RunReference(count: count, length: length, work: $0))
    }
  }

  /// Starts `count` threads for all work from here on; false where there is no room for their stacks.
  ///
  /// The runtime starts them at its first region by itself, and ends the process where it can't.
  package static func start(_ count: Int) -> Bool {
    guard ParallelRegion.isAvailable, ParallelRegion.hasRoom(forThreads: count) else {
      return !ParallelRegion.isAvailable
    }
    perform(count) { _ in }
    return true
  }

  /// As `perform`, on what `context` points to.
  private static func perform(
    _ count: Int, on context: UnsafeRawPointer,
    _ body: @convention(c) (Int, UnsafeRawPointer?) -> Void
  ) {
    guard count > 1, !ParallelRegion.isAlone else {
      for index in 0..<count { body(index, context) }
      return
    }
    guard ParallelRegion.isAvailable else {
      nonisolated(unsafe) let context = context
      DispatchQueue.concurrentPerform(iterations: count) { body($0, context) }
      return
    }
    ParallelRegion.run(count, context, body)
  }
}

/// Work whose numbered pieces cores share out. A closure that they did so with would be allocated.
package protocol PieceWork {
  func perform(_ piece: Int)
}

/// Work on numbered elements, of which cores take runs.
package protocol RunWork {
  func perform(_ run: Range<Int>)
}

/// Small enough to lie in an existential itself.
private struct Reference<Work: PieceWork>: PieceWork {
  let work: UnsafePointer<Work>

  func perform(_ piece: Int) { work.pointee.perform(piece) }
}

private struct RunReference<Work: RunWork>: PieceWork {
  let count, length: Int
  let work: UnsafePointer<Work>

  func perform(_ piece: Int) {
    work.pointee.perform(piece * length..<min(count, (piece + 1) * length))
  }
}
