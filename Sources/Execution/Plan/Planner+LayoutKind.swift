import Kernels

/// A rule that gives tensors of any extents their layout.
enum LayoutKind {
  case rowMajor
  case channelsLast
  case blocks(Int)

  func layout(_ shape: [Int]) throws(KernelError) -> TensorLayout {
    switch self {
    case .rowMajor: try TensorLayout(plain: shape)
    case .channelsLast: try TensorLayout(channelsLast: shape)
    case .blocks(let width): try TensorLayout(blocks: width, shape)
    }
  }
}

extension Planner {
  /// The rule that the tensor's layout follows; row-major where it follows none of these.
  func kind(of id: TensorID) -> LayoutKind {
    let placed = layout(of: id)
    let kinds = [LayoutKind.channelsLast, .blocks(16), .blocks(8)]
    return kinds.first { kind in
      (try? kind.layout(shape(id))).map { placed.hasSameBytes(as: $0) } ?? false
    } ?? .rowMajor
  }

  /// Emits a reorder between two buffers, where either layout may be part of a buffer's.
  func emitReorder(
    from source: TensorLayout, _ sourceBuffer: Buffer.ID, to target: TensorLayout,
    _ targetBuffer: Buffer.ID
  ) throws(ExecutionError) {
    let primitive = try kernel { () throws(KernelError) in
      try Primitive.reorder(from: source, to: target, on: self.engine)
    }
    try emit(
      primitive, inputs: [(.source, sourceBuffer)], outputs: [(.destination, targetBuffer)])
  }
}
