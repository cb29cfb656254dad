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
}
