import Kernels
package import NetworkIR

/// The trainable tensors and running statistics of a network, in Floats that the plans of training
/// and evaluation, of all batch sizes, share.
///
/// They lie row-major, or in the order in which composition reads them.
package final class ParameterStore {
  private struct Entry {
    let elements: UnsafeMutableBufferPointer<Float>
    let shape: [Int]
    let order: KernelOrder
  }

  private var entries: [Value.ID: Entry] = [:]
  /// Goes up with each change, so that executors know when to prepare their layouts anew.
  package private(set) var version = 0

  init() {}

  deinit { for entry in entries.values { entry.elements.deallocate() } }

  /// Stores the row-major elements, in `order` from now on, unless the value is there already.
  func add(_ value: Value.ID, _ elements: [Float], shape: [Int], order: KernelOrder) {
    guard entries[value] == nil else { return }
    // Cache lines are what oneDNN's kernels read.
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(elements.count, 1) * MemoryLayout<Float>.size, alignment: 64)
    let memory = UnsafeMutableBufferPointer(
      start: raw.bindMemory(to: Float.self, capacity: elements.count), count: elements.count)
    _ = memory.initialize(fromContentsOf: order.ordered(elements, shape))
    entries[value] = Entry(elements: memory, shape: shape, order: order)
  }

  /// The elements as they lie in memory: a gradient's lie in the same order. Requires that the value
  /// is stored.
  package func elements(of value: Value.ID) -> UnsafeMutableBufferPointer<Float> {
    entries[value]!.elements
  }

  /// The elements, row-major. Requires that the value is stored.
  package func rowMajor(_ value: Value.ID) -> [Float] {
    rowMajor(UnsafeBufferPointer(elements(of: value)), as: value)
  }

  /// Elements in the order of the value's, a gradient's say, row-major.
  package func rowMajor(_ elements: UnsafeBufferPointer<Float>, as value: Value.ID) -> [Float] {
    let entry = entries[value]!
    return entry.order.rowMajor(elements, entry.shape)
  }

  /// How the value's elements lie, and its gradient's. Requires that the value is stored.
  func order(of value: Value.ID) -> KernelOrder { entries[value]!.order }

  /// A value with an element that is NaN or infinite, if there is one.
  package func firstNotFinite() -> Value.ID? { firstNotFinite(among: Array(entries.keys)) }

  /// The first of the values, by their order in the graph, with an element that is NaN or infinite.
  package func firstNotFinite(among values: [Value.ID]) -> Value.ID? {
    values.filter { !elements(of: $0).isFinite }.min { $0.index < $1.index }
  }

  package var byteCount: Int {
    entries.values.reduce(0) { $0 + $1.elements.count * MemoryLayout<Float>.size }
  }

  /// Of the largest value.
  package var largestByteCount: Int {
    (entries.values.map(\.elements.count).max() ?? 0) * MemoryLayout<Float>.size
  }

  package var values: some Collection<Value.ID> { entries.keys }

  /// Says that elements were changed.
  package func markChanged() { version += 1 }
}
