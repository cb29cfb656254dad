import Kernels

extension Planner {
  /// The primitive that `make` creates of the layouts of a source and a destination, or of their
  /// gradients.
  ///
  /// The library's own choice is a blocked layout. Where it has nothing for the problem in that but
  /// narrow vectors or products of matrices, it may have something for channels that lie side by
  /// side: a weights' gradient of 8 channels or of a depthwise convolution on few positions runs
  /// two to eight times as fast there, which is worth two reorders.
  func choose(
    _ source: TensorID, _ destination: TensorID,
    _ make: (TensorLayout, TensorLayout) throws(KernelError) -> Primitive
  ) throws(ExecutionError) -> Primitive {
    let open = try (any(source), any(destination))
    let chosen = try kernel { () throws(KernelError) in try make(open.0, open.1) }
    guard chosen.vectorWidth < .bits512, let first = try? TensorLayout(channelsLast: shape(source)),
      let second = try? TensorLayout(channelsLast: shape(destination)),
      let other = try? make(first, second), other.vectorWidth > chosen.vectorWidth
    else { return chosen }
    return other
  }
}
