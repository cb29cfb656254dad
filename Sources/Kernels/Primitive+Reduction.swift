import COneDNN

/// How a reduction joins the elements along its axes.
package enum ReductionFunction: Sendable {
  case sum, mean, maximum, minimum

  var raw: expandc_reduction {
    switch self {
    case .sum: EXPANDC_REDUCE_SUM
    case .mean: EXPANDC_REDUCE_MEAN
    case .maximum: EXPANDC_REDUCE_MAXIMUM
    case .minimum: EXPANDC_REDUCE_MINIMUM
    }
  }
}

extension Primitive {
  /// Reduces the axes whose extent is 1 in `destination`, which has the source's rank.
  ///
  /// Fast only where the reduced axes are the innermost of a plain layout: reduce [N, C, H, W] to
  /// [N, C, 1, 1] first and that to [1, C, 1, 1] then; pooling with a kernel as large as the image
  /// is as fast on blocked layouts. Where no axis is reduced, use a reorder.
  package static func reduction(
    _ function: ReductionFunction, source: TensorLayout, destination: TensorLayout,
    on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    try create(.reduction, [source, destination]) {
      expandc_reduction_create(
        engine.handle, function.raw, source.handle.pointer, destination.handle.pointer, $0)
    }
  }
}
