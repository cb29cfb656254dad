import Foundation
import Synchronization

/// Numbered pieces of work that the threads of an OpenMP region share.
///
/// Each thread begins with its own run of them, the same in every region of as many pieces, and
/// then takes what others left: memory that one core wrote step after step stays in that core's
/// caches, which may be far from the other cores', and no core waits for a slow one.
struct ParallelRegion: ~Copyable {
  typealias Body = @convention(c) (Int, UnsafeRawPointer?) -> Void

  /// `GOMP_parallel(function, data, threads, flags)`, which libgomp and LLVM's runtime both have:
  /// calls the function with the data once on each thread, and waits. 0 threads are as many as the
  /// caller has set.
  private typealias Runtime =
    @convention(c) (
      @convention(c) (UnsafeMutableRawPointer?) -> Void, UnsafeMutableRawPointer?, UInt32, UInt32
    ) -> Void

  private static let runtime = dlsym(nil, "GOMP_parallel").map {
    unsafeBitCast($0, to: Runtime.self)
  }

  static var isAvailable: Bool { runtime != nil }

  /// Whether a region would have but one thread, for which the runtime allocates all the same, or
  /// has no room for more.
  static var isAlone: Bool { threads == 1 || isLimited && !hasRoom(forThreads: threads ?? 1) }

  /// The threads of a region; nil where the runtime is not available.
  static var threads: Int? { maximumThreadCount.map { Int($0()) } }

  private static let isLimited = AddressSpace.limit != nil

  /// What a thread is given that nobody says more about.
  private static var stackByteCount: Int {
    withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) {
      guard let attributes = $0.baseAddress, pthread_attr_init(attributes) == 0 else { return 0 }
      defer { pthread_attr_destroy(attributes) }
      var count = 0
      pthread_attr_getstacksize(attributes, &count)
      return count
    }
  }

  /// The threads that found room; those that wait for the next region keep it.
  private static let granted = Atomic(1)

  /// Whether the stacks of so many threads have room.
  static func hasRoom(forThreads count: Int) -> Bool {
    let more = count - granted.load(ordering: .relaxed)
    guard more > 0, isLimited else { return true }
    guard AddressSpace.hasRoom(for: more * stackByteCount) else { return false }
    granted.store(count, ordering: .relaxed)
    return true
  }

  private typealias Number = @convention(c) () -> Int32

  private static let maximumThreadCount = number("omp_get_max_threads")
  private static let threadCount = number("omp_get_num_threads")
  private static let threadIndex = number("omp_get_thread_num")

  private static func number(_ name: String) -> Number? {
    dlsym(nil, name).map { unsafeBitCast($0, to: Number.self) }
  }

  private let count: Int
  private let context: UnsafeRawPointer
  private let body: Body
  /// How many pieces of each run are taken. Of more threads than runs, some begin with another's.
  private let taken = InlineArray<16, Atomic<Int>> { _ in Atomic(0) }

  private init(_ count: Int, _ context: UnsafeRawPointer, _ body: Body) {
    self.count = count
    self.context = context
    self.body = body
  }

  /// Requires that the runtime is available.
  static func run(_ count: Int, _ context: UnsafeRawPointer, _ body: Body) {
    let region = ParallelRegion(count, context, body)
    withUnsafePointer(to: region) {
      runtime?(
        { $0?.assumingMemoryBound(to: ParallelRegion.self).pointee.work() },
        UnsafeMutableRawPointer(mutating: $0), 0, 0)
    }
  }

  private func work() {
    let runs = min(Int(Self.threadCount?() ?? 1), taken.count)
    let first = Int(Self.threadIndex?() ?? 0)
    for step in 0..<runs {
      let run = (first + step) % runs
      let (start, end) = (count * run / runs, count * (run + 1) / runs)
      while true {
        let index = start + taken[run].wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < end else { break }
        body(index, context)
      }
    }
  }
}
