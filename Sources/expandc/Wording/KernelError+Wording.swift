import Kernels

extension KernelError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .engine(.outOfMemory), .layout(_, .outOfMemory), .primitive(_, shapes: _, .outOfMemory),
      .execution(_, .outOfMemory):
      Diagnostic(
        .unsupported, "there is no memory to prepare a run",
        next: "give it fewer images at once and fewer --threads, or raise the limit of `ulimit -v`")
    case .engine(let status):
      Diagnostic(.unsupported, "oneDNN does not start: \(words(status))")
    case .layout(let shape, let status):
      Diagnostic(.unsupported, "oneDNN takes no tensor of \(shape.byTimes): \(words(status))")
    case .primitive(let kind, let shapes, let status):
      Diagnostic(
        .unsupported,
        "oneDNN has no \(kind.rawValue) of \(shapes.map(\.byTimes).joined(separator: ", ")): "
          + words(status))
    case .execution(let kind, let status):
      Diagnostic(.unsupported, "oneDNN failed in \(kind.rawValue): \(words(status))")
    case .missingArgument(let kind, let role), .unknownArgument(let kind, let role):
      Diagnostic(.unsupported, "the argument \(role) of \(kind.rawValue) does not fit")
    case .label(let row, let label, let classes):
      Diagnostic(.malformed, "label \(label) of image \(row) is none of the \(classes) classes")
    }
  }

  private func words(_ status: KernelStatus) -> String {
    switch status {
    case .outOfMemory: "out of memory"
    case .invalid: "invalid arguments"
    case .unimplemented: "not implemented"
    case .runtimeError: "an error of its own"
    }
  }
}
