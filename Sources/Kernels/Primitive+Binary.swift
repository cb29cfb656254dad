import COneDNN

/// A function of two elements.
package enum BinaryFunction: Sendable {
  case add, subtract, multiply, divide, minimum, maximum

  /// Whether the operands may change places; those of a minimum decide which NaN it is.
  package var commutes: Bool {
    switch self {
    case .add, .multiply: true
    case .subtract, .divide, .minimum, .maximum: false
    }
  }

  var raw: expandc_binary {
    switch self {
    case .add: EXPANDC_ADD
    case .subtract: EXPANDC_SUBTRACT
    case .multiply: EXPANDC_MULTIPLY
    case .divide: EXPANDC_DIVIDE
    case .minimum: EXPANDC_MINIMUM
    case .maximum: EXPANDC_MAXIMUM
    }
  }
}

extension Primitive {
  /// destination = f(source, source1), element by element.
  ///
  /// Extents of `source1` that are 1 are repeated, and axes that it lacks in front are 1. The
  /// sources' layouts must be decided. Source and destination may be the same memory.
  package static func binary(
    _ function: BinaryFunction, source: TensorLayout, source1: TensorLayout,
    destination: TensorLayout, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let shapes = [source, source1, destination]
    let missing = source.shape.count - source1.shape.count
    guard missing >= 0,
      let aligned = source1.reshaped([Int](repeating: 1, count: missing) + source1.shape)
    else { throw .primitive(.binary, shapes: shapes.map(\.shape), .invalid) }
    return try create(.binary, shapes) {
      expandc_binary_create(
        engine.handle, function.raw, source.handle.pointer, aligned.handle.pointer,
        destination.handle.pointer, $0)
    }
  }
}
