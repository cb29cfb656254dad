import COneDNN

/// How the elements of a Float tensor lie in memory: plain, strided, blocked, or still undecided.
///
/// A layout has rank 1 to 12; a scalar is laid out as one element of rank 1. A primitive that is
/// created with an undecided layout (`any`) chooses the one it runs fastest with.
package struct TensorLayout: Sendable {
  let handle: LayoutHandle
  package let shape: [Int]

  init(handle: LayoutHandle) {
    self.handle = handle
    var extents = [Int64](repeating: 0, count: Int(expandc_layout_rank(handle.pointer)))
    expandc_layout_shape(handle.pointer, &extents)
    shape = extents.map { Int($0) }
  }

  /// Dense and row-major.
  package init(plain shape: [Int]) throws(KernelError) {
    let extents = shape.isEmpty ? [1] : shape.map { Int64($0) }
    self.init(
      handle: try LayoutHandle.create(shape) {
        expandc_layout_create(Int32(extents.count), extents, nil, $0)
      })
  }

  /// With the given strides, in elements.
  package init(shape: [Int], strides: [Int]) throws(KernelError) {
    guard shape.count == strides.count else { throw .layout(shape: shape, .invalid) }
    let extents = shape.map { Int64($0) }
    let steps = strides.map { Int64($0) }
    self.init(
      handle: try LayoutHandle.create(shape) {
        expandc_layout_create(Int32(extents.count), extents, steps, $0)
      })
  }

  /// Undecided: the primitive chooses.
  package static func any(_ shape: [Int]) throws(KernelError) -> TensorLayout {
    let extents = shape.isEmpty ? [1] : shape.map { Int64($0) }
    return TensorLayout(
      handle: try LayoutHandle.create(shape) {
        expandc_layout_create_any(Int32(extents.count), extents, $0)
      })
  }

  package var isAny: Bool { expandc_layout_is_any(handle.pointer) }

  /// Whether the elements are dense and row-major from the first byte on.
  package var isPlain: Bool { expandc_layout_is_plain(handle.pointer) }

  /// The bytes that a buffer needs, padding and what lies before a view included; 0 where
  /// undecided.
  package var byteCount: Int { expandc_layout_byte_count(handle.pointer) }

  /// The strides in elements, or nil where the layout is blocked or undecided.
  package var strides: [Int]? {
    var steps = [Int64](repeating: 0, count: shape.count)
    guard expandc_layout_strides(handle.pointer, &steps) else { return nil }
    return steps.map { Int($0) }
  }
}

extension TensorLayout: Equatable {
  package static func == (a: TensorLayout, b: TensorLayout) -> Bool {
    a.handle === b.handle || expandc_layout_equal(a.handle.pointer, b.handle.pointer)
  }
}

/// Owns the library's description of a layout, which never changes.
final class LayoutHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { expandc_layout_destroy(pointer) }

  /// The layout that `make` writes, or the error for `shape` that its status says.
  static func create(
    _ shape: [Int], _ make: (UnsafeMutablePointer<OpaquePointer?>) -> expandc_status
  ) throws(KernelError) -> LayoutHandle {
    var created: OpaquePointer?
    if let failure = KernelStatus(make(&created)) { throw .layout(shape: shape, failure) }
    guard let created else { throw .layout(shape: shape, .runtimeError) }
    return LayoutHandle(created)
  }
}
