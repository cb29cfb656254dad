import COneDNN

/// Primitives of any number of sources, whose roles are `multiple(0)`, `multiple(1)`, …
extension Primitive {
  /// destination = Σ scales[i] · source i; all have one shape, and by default each scale is 1.
  ///
  /// The destination may be the memory of source 0 where their layouts agree.
  package static func sum(
    _ sources: [TensorLayout], scales: [Float]? = nil, destination: TensorLayout,
    on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let factors = scales ?? sources.map { _ in 1 }
    guard factors.count == sources.count else {
      throw .primitive(.sum, shapes: sources.map(\.shape), .invalid)
    }
    let pointers = sources.map { Optional($0.handle.pointer) }
    return try create(.sum, sources + [destination], multiple: sources.count) {
      expandc_sum_create(
        engine.handle, Int32(sources.count), factors, pointers, destination.handle.pointer, $0)
    }
  }

  /// The sources one after the other along `axis`.
  package static func concatenation(
    _ sources: [TensorLayout], axis: Int, destination: TensorLayout, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    guard sources.allSatisfy({ $0.shape.indices.contains(axis) }),
      destination.shape.indices.contains(axis)
    else { throw .primitive(.concatenation, shapes: sources.map(\.shape), .invalid) }
    let pointers = sources.map { Optional($0.handle.pointer) }
    return try create(.concatenation, sources + [destination], multiple: sources.count) {
      expandc_concatenation_create(
        engine.handle, Int32(sources.count), Int32(axis), pointers, destination.handle.pointer, $0)
    }
  }
}
