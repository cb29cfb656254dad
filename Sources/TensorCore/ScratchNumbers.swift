/// Doubles that are needed for a while, in memory that has been touched before where there is any.
package final class ScratchNumbers: Sendable {
  private let allocation: Allocation

  /// Requires that `initialize` sets all numbers.
  package init(count: Int, initializingWith initialize: (UnsafeMutablePointer<Double>) -> Void) {
    allocation = .spare(count: count * MemoryLayout<Double>.stride)
    let memory = allocation.memory.bindMemory(to: Double.self)
    if let start = memory.baseAddress { initialize(start) }
  }

  deinit { allocation.spare() }

  /// Calls `body` with the numbers; the pointer must not escape it.
  package func withNumbers<R>(_ body: (UnsafePointer<Double>) -> R) -> R? {
    let memory = UnsafeRawBufferPointer(allocation.memory).bindMemory(to: Double.self)
    return memory.baseAddress.map(body)
  }
}
