import Foundation
import Synchronization

/// Numbered pieces of work that the threads of an OpenMP region take one after the other.
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

  /// Whether a region would have but one thread: the runtime allocates even for that.
  static var isAlone: Bool { threadCount?() == 1 }

  private static let threadCount = dlsym(nil, "omp_get_max_threads").map {
    unsafeBitCast($0, to: (@convention(c) () -> Int32).self)
  }

  private let count: Int
  private let context: UnsafeRawPointer
  private let body: Body
  private let next = Atomic(0)

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
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index, context)
    }
  }
}
