import COneDNN
import TensorCore

/// What a primitive computes.
package enum PrimitiveKind: String, Sendable {
  case convolution, convolutionBackwardData, convolutionBackwardWeights
  case transposedConvolution, transposedConvolutionBackwardData
  case transposedConvolutionBackwardWeights
  case innerProduct, innerProductBackwardData, innerProductBackwardWeights
  case matrixProduct
  case batchNormalization, batchNormalizationBackward
  case elementwise, elementwiseBackward
  case pooling, poolingBackward
  case binary, sum, concatenation, reduction
  case resampling, resamplingBackward
  case softmax, softmaxBackward
  case reorder

  /// An argument that is read and one that is written which may be the same memory, where their
  /// layouts are equal; nil where there are none.
  package var inPlaceRoles: (source: ArgumentRole, destination: ArgumentRole)? {
    switch self {
    case .binary, .elementwise, .batchNormalization: (.source, .destination)
    case .elementwiseBackward, .batchNormalizationBackward: (.gradientDestination, .gradientSource)
    default: nil
    }
  }
}

/// What a forward primitive is for: training keeps what its backward primitive needs.
package enum Propagation: Sendable {
  case training, inference
}

/// A computation on tensors of fixed layouts, compiled once and bound to memory any number of times.
///
/// The factories are in one file each (`Primitive+Convolution.swift`, …). All throw
/// `KernelError.primitive` where the shapes contradict each other or nothing implements them.
package final class Primitive: @unchecked Sendable {
  let handle: OpaquePointer
  package let kind: PrimitiveKind
  package let layouts: [ArgumentRole: TensorLayout]

  /// Takes over `handle`; `view` turns the library's layout of a role into what callers see.
  init(
    _ handle: OpaquePointer, kind: PrimitiveKind, multiple: Int,
    view: (ArgumentRole, TensorLayout) throws(KernelError) -> TensorLayout
  ) throws(KernelError) {
    self.handle = handle
    self.kind = kind
    let roles =
      multiple == 0
      ? ArgumentRole.single
      : [.destination, .scratchpad] + (0..<multiple).map { .multiple($0) }
    var found: [ArgumentRole: TensorLayout] = [:]
    for role in roles {
      guard let pointer = expandc_primitive_layout(handle, role.rawRole) else { continue }
      found[role] = try view(role, TensorLayout(handle: LayoutHandle(pointer)))
    }
    layouts = found
  }

  deinit { expandc_primitive_destroy(handle) }

  /// The layout of an argument as the primitive chose it; nil where it has no such argument.
  ///
  /// `workspace` and `scratchpad` are bytes: only their `byteCount` means something.
  package func layout(of role: ArgumentRole) -> TensorLayout? { layouts[role] }

  /// The name of the implementation that the library chose.
  package var implementationName: String {
    String(cString: expandc_primitive_implementation(handle))
  }
}

extension Primitive {
  /// The primitive that `make` writes, or the error for `shapes` that its status says.
  static func create(
    _ kind: PrimitiveKind, _ shapes: [TensorLayout?], multiple: Int = 0,
    view: (ArgumentRole, TensorLayout) throws(KernelError) -> TensorLayout = {
      (_, layout) throws(KernelError) in layout
    },
    _ make: (UnsafeMutablePointer<OpaquePointer?>) -> expandc_status
  ) throws(KernelError) -> Primitive {
    // Without room for its code the library writes to address 0.
    guard AddressSpace.hasRoom() else {
      throw .primitive(kind, shapes: shapes.compactMap { $0?.shape }, .outOfMemory)
    }
    var created: OpaquePointer?
    if let failure = KernelStatus(make(&created)) {
      throw .primitive(kind, shapes: shapes.compactMap { $0?.shape }, failure)
    }
    guard let created else {
      throw .primitive(kind, shapes: shapes.compactMap { $0?.shape }, .runtimeError)
    }
    return try Primitive(created, kind: kind, multiple: multiple, view: view)
  }
}
