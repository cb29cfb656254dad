import COneDNN

/// The vectors that an implementation computes with.
package enum VectorWidth: Int, Comparable, Sendable {
  /// A reference loop, or products of matrices that were gathered first.
  case unknown
  case bits128, bits256, bits512

  package static func < (a: VectorWidth, b: VectorWidth) -> Bool { a.rawValue < b.rawValue }
}

extension Primitive {
  /// As the implementation's name says: `jit:avx512_core`, `brgconv:avx2`, `jit:sse41`, `ref:any`.
  package var vectorWidth: VectorWidth {
    let name = implementationName
    if name.contains("avx512") { return .bits512 }
    if name.contains("avx2") { return .bits256 }
    if name.contains("avx") || name.contains("sse") || name.contains("asimd") { return .bits128 }
    return .unknown
  }
}

extension TensorLayout {
  /// [N, C, spatial…] without padding, the channels of a position side by side.
  package init(channelsLast shape: [Int]) throws(KernelError) {
    guard shape.count > 2 else { throw .layout(shape: shape, .invalid) }
    var strides = Array(repeating: 1, count: shape.count)
    var step = shape[1]
    for axis in shape.indices.dropFirst(2).reversed() {
      strides[axis] = step
      step *= shape[axis]
    }
    strides[0] = step
    try self.init(shape: shape, strides: strides)
  }

  /// [N, C, spatial…] in blocks of 8 or 16 channels, the last one padded.
  package init(blocks width: Int, _ shape: [Int]) throws(KernelError) {
    let extents = shape.map { Int64($0) }
    self.init(
      handle: try LayoutHandle.create(shape) {
        expandc_layout_create_blocked(Int32(extents.count), extents, Int32(width), $0)
      })
  }

  /// The same bytes as blocks of channels, where one block holds all of them: normalisation and
  /// pooling have more for that form. Other layouts stay.
  package var inBlocks: TensorLayout {
    guard shape.count > 2, shape[1] == 8 || shape[1] == 16,
      let blocks = try? TensorLayout(blocks: shape[1], shape), hasSameBytes(as: blocks)
    else { return self }
    return blocks
  }

  /// Whether every element lies where it does in `other`; the library calls one block of all
  /// channels and channels side by side different layouts.
  package func hasSameBytes(as other: TensorLayout) -> Bool {
    self == other || expandc_layout_same_bytes(handle.pointer, other.handle.pointer)
  }
}
