import NetworkIR

/// Names nodes as PyTorch's TorchScript exporter does.
///
/// A node is named by the path of the module that it comes from, where the numbered parts of a
/// container carry its name: `/features/features.0/Conv` for `features.0`. What the network itself
/// calls as a function has no module: `/Relu`. A name that comes again is numbered: `/Relu_1`.
struct ModulePath {
  private var counts: [String: Int] = [:]

  mutating func nodeName(_ type: OperatorType, module: String) -> Name {
    var path = ""
    var component = ""
    for part in module.split(separator: ".") {
      component = part.allSatisfy(\.isNumber) ? "\(component).\(part)" : String(part)
      path += "/\(component)"
    }
    path += "/\(type)"
    let number = counts[path, default: 0]
    counts[path] = number + 1
    return Name(number == 0 ? path : "\(path)_\(number)")
  }
}
