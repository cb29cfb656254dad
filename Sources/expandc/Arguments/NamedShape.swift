import ArgumentParser
import NetworkIR
import TensorCore

/// The extents of an input, as NAME=1,3,224,224.
struct NamedShape: ExpressibleByArgument {
  let name: Name
  let shape: [Int]

  init?(argument: String) {
    guard let equals = argument.lastIndex(of: "="), equals > argument.startIndex else { return nil }
    let extents = argument[argument.index(after: equals)...]
      .split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    shape = extents.compactMap(\.self)
    name = Name(String(argument[..<equals]))
    guard shape.count == extents.count, Shape.elementCount(shape) != nil else { return nil }
  }
}
