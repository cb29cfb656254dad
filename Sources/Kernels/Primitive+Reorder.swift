import COneDNN

/// Copies between layouts of the same elements.
extension Primitive {
  /// destination = scale · source, or destination += scale · source where `accumulating`.
  ///
  /// Where the shapes differ, they must be reshapes of each other (as ONNX's form of grouped weights
  /// and the library's are) and one of the layouts must allow the other's shape.
  package static func reorder(
    from source: TensorLayout, to destination: TensorLayout, scale: Float = 1,
    accumulating: Bool = false, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    var (from, to) = (source, destination)
    if from.shape != to.shape {
      if let view = from.reshaped(to.shape) {
        from = view
      } else if let view = to.reshaped(from.shape) {
        to = view
      } else {
        throw .primitive(.reorder, shapes: [source.shape, destination.shape], .invalid)
      }
    }
    return try create(.reorder, [source, destination]) {
      expandc_reorder_create(
        engine.handle, scale, accumulating, from.handle.pointer, to.handle.pointer, $0)
    }
  }
}
