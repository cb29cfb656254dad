import COneDNN

/// A primitive with the memory of its arguments; executing it allocates nothing of its own.
///
/// The pointers must stay valid while it is executed. Not for two threads at a time.
package final class BoundPrimitive: @unchecked Sendable {
  package let primitive: Primitive
  private let engine: ComputeEngine
  private let handle: OpaquePointer

  fileprivate init(_ handle: OpaquePointer, _ primitive: Primitive, _ engine: ComputeEngine) {
    self.handle = handle
    self.primitive = primitive
    self.engine = engine
  }

  deinit { expandc_bound_destroy(handle) }

  /// Runs the primitive and waits until it is done.
  package func execute() throws(KernelError) {
    if let failure = KernelStatus(expandc_bound_execute(handle)) {
      throw .execution(primitive.kind, failure)
    }
  }
}

extension Primitive {
  /// Binds the memory of every argument that `layouts` names, each of its layout's byte count.
  package func bind(
    _ pointers: [(ArgumentRole, UnsafeMutableRawPointer)], _ engine: ComputeEngine
  ) throws(KernelError) -> BoundPrimitive {
    let given = Set(pointers.map(\.0))
    for role in layouts.keys where !given.contains(role) {
      throw .missingArgument(kind, role)
    }
    for role in given where layouts[role] == nil {
      throw .unknownArgument(kind, role)
    }
    let roles = pointers.map(\.0.rawRole)
    let addresses = pointers.map { Optional($0.1) }
    var created: OpaquePointer?
    let status = expandc_bound_create(
      handle, engine.handle, Int32(roles.count), roles, addresses, &created)
    if let failure = KernelStatus(status) { throw .execution(kind, failure) }
    guard let created else { throw .execution(kind, .runtimeError) }
    return BoundPrimitive(created, self, engine)
  }
}
