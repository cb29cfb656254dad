import Kernels
package import NetworkIR

/// The trainable tensors and running statistics of a network, as row-major Floats that the plans of
/// training and evaluation, of all batch sizes, share.
package final class ParameterStore {
  private var tensors: [Value.ID: UnsafeMutableBufferPointer<Float>] = [:]
  /// Goes up with each change, so that executors know when to prepare their layouts anew.
  package private(set) var version = 0

  init() {}

  deinit { for tensor in tensors.values { tensor.deallocate() } }

  /// Stores the elements unless the value is there already.
  func add(_ value: Value.ID, _ elements: [Float]) {
    guard tensors[value] == nil else { return }
    // Cache lines are what oneDNN's kernels read.
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(elements.count, 1) * MemoryLayout<Float>.size, alignment: 64)
    let tensor = UnsafeMutableBufferPointer(
      start: raw.bindMemory(to: Float.self, capacity: elements.count), count: elements.count)
    _ = tensor.initialize(fromContentsOf: elements)
    tensors[value] = tensor
  }

  /// Requires that the value is stored.
  package func elements(of value: Value.ID) -> UnsafeMutableBufferPointer<Float> {
    tensors[value]!
  }

  /// A value with an element that is NaN or infinite, if there is one.
  package func firstNotFinite() -> Value.ID? { firstNotFinite(among: Array(tensors.keys)) }

  /// The first of the values, by their order in the graph, with an element that is NaN or infinite.
  package func firstNotFinite(among values: [Value.ID]) -> Value.ID? {
    values.filter { !elements(of: $0).isFinite }.min { $0.index < $1.index }
  }

  package var byteCount: Int {
    tensors.values.reduce(0) { $0 + $1.count * MemoryLayout<Float>.size }
  }

  package var values: some Collection<Value.ID> { tensors.keys }

  /// Says that elements were changed.
  package func markChanged() { version += 1 }
}
