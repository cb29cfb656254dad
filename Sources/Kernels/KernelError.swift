import COneDNN

/// Why a layout, a primitive or its execution could not be had.
package enum KernelError: Error, Equatable, Sendable {
  case engine(KernelStatus)
  /// No layout of this shape (and these strides, offsets or axes) exists.
  case layout(shape: [Int], KernelStatus)
  /// No primitive of `kind` takes arguments of these shapes; the shapes are in the order of the
  /// factory's parameters.
  case primitive(PrimitiveKind, shapes: [[Int]], KernelStatus)
  case missingArgument(PrimitiveKind, ArgumentRole)
  case unknownArgument(PrimitiveKind, ArgumentRole)
  case execution(PrimitiveKind, KernelStatus)
  /// A label that names no class.
  case label(row: Int, label: Int, classes: Int)
}

/// What the library answered.
package enum KernelStatus: Equatable, Sendable {
  case outOfMemory
  /// The arguments contradict each other.
  case invalid
  /// The arguments make sense but no implementation takes them.
  case unimplemented
  case runtimeError

  /// Nil where `status` says that all went well.
  init?(_ status: expandc_status) {
    switch status {
    case EXPANDC_OK: return nil
    case EXPANDC_OUT_OF_MEMORY: self = .outOfMemory
    case EXPANDC_INVALID: self = .invalid
    case EXPANDC_UNIMPLEMENTED: self = .unimplemented
    default: self = .runtimeError
    }
  }
}
