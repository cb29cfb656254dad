import COneDNN
import TensorCore

/// Views: other layouts of the same bytes.
extension TensorLayout {
  /// The box of `extents` at `offset`, as a view that is bound to the parent's pointer.
  ///
  /// In a blocked layout the offset must stand at a block's edge; otherwise this throws
  /// `unimplemented` or `invalid`.
  package func submemory(offset: [Int], extents: [Int]) throws(KernelError) -> TensorLayout {
    guard offset.count == shape.count, extents.count == shape.count,
      shape.indices.allSatisfy({ axis in
        (0...shape[axis]).contains(extents[axis])
          && (0...shape[axis] - extents[axis]).contains(offset[axis])
      })
    else {
      throw .layout(shape: extents, .invalid)
    }
    let starts = offset.map { Int64($0) }
    let sizes = extents.map { Int64($0) }
    return TensorLayout(
      handle: try LayoutHandle.create(extents) {
        expandc_layout_submemory(handle.pointer, starts, sizes, $0)
      })
  }

  /// The transposed view whose axis i is this layout's axis `axes[i]`.
  package func permuted(_ axes: [Int]) throws(KernelError) -> TensorLayout {
    guard axes.sorted() == Array(shape.indices) else { throw .layout(shape: shape, .invalid) }
    if isAny { return try .any(axes.map { shape[$0] }) }
    let order = axes.map { Int32($0) }
    return TensorLayout(
      handle: try LayoutHandle.create(shape) {
        expandc_layout_permute(handle.pointer, order, $0)
      })
  }

  /// The same elements, in row-major order, under another shape; nil where no layout of the same
  /// bytes does that.
  package func reshaped(_ newShape: [Int]) -> TensorLayout? {
    let target = newShape.isEmpty ? [1] : newShape
    guard let count = Shape.elementCount(target), count == Shape.elementCount(shape) else {
      return nil
    }
    if target == shape { return self }
    if isAny { return try? .any(target) }
    if isPlain { return try? TensorLayout(plain: target) }
    let extents = target.map { Int64($0) }
    let handle = try? LayoutHandle.create(target) { [handle] in
      expandc_layout_reshape(handle.pointer, Int32(extents.count), extents, $0)
    }
    return handle.map(TensorLayout.init(handle:))
  }
}
