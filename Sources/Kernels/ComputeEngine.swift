import COneDNN
import TensorCore

/// The CPU, a stream of work for it, and the number of threads that the work is shared by.
///
/// One thread at a time may execute primitives on an engine; creating primitives is safe from any.
package final class ComputeEngine: @unchecked Sendable {
  let handle: OpaquePointer
  /// The number of threads, at least 1.
  package let threads: Int

  /// An engine whose primitives run on `threads` threads, by default as many as OpenMP gives.
  package init(threads: Int? = nil) throws(KernelError) {
    var created: OpaquePointer?
    let status = expandc_engine_create(Int32(clamping: threads ?? 0), &created)
    if let failure = KernelStatus(status) { throw .engine(failure) }
    guard let created else { throw .engine(.runtimeError) }
    let count = max(1, Int(expandc_engine_threads(created)))
    guard AddressSpace.limit == nil || Parallel.start(count) else {
      expandc_engine_destroy(created)
      throw .engine(.outOfMemory)
    }
    handle = created
    self.threads = count
  }

  /// Gives back the code that the library keeps of primitives that are gone.
  package static func forgetPrimitives() { expandc_forget_primitives() }

  deinit { expandc_engine_destroy(handle) }
}
