package import NetworkIR
package import TensorCore

/// Tensors for each input that a run of a network must be given, checked against what it declares.
package struct NetworkInputs: Sendable {
  /// In the graph's order, each of the type that it declares, of Floats where it declares none.
  package let tensors: [Tensor]
  private let names: [Name]

  /// - Parameter given: a tensor for each of the graph's required inputs, by name.
  package init(_ given: [Name: Tensor], for graph: Graph) throws(InputError) {
    let required = graph.requiredInputs.map { graph[$0] }
    names = required.map(\.name)
    for name in given.keys.sorted() where !names.contains(name) {
      throw .unknown(name, known: names)
    }
    var tensors: [Tensor] = []
    for input in required {
      guard let tensor = given[input.name] else { throw .missing(input.name) }
      let type = input.elementType
      guard let width = type.bitWidth, width >= 8 else {
        throw .unsupportedElementType(input.name, type)
      }
      guard tensor.elementType == type else {
        throw .elementType(input.name, expected: type, given: tensor.elementType)
      }
      if let expected = input.declaredType?.dimensions, !expected.accept(tensor.shape) {
        throw .shape(input.name, expected: expected, given: tensor.shape)
      }
      if tensor.floats?.contains(where: \.isNaN) ?? false { throw .notANumber(input.name) }
      tensors.append(tensor)
    }
    self.tensors = tensors
  }

  /// Shapes by the inputs of `graph`, which has the same required inputs as the one checked.
  package func shapes(in graph: Graph) -> [Value.ID: [Int]] {
    Dictionary(
      zip(graph.requiredInputs, tensors.map(\.shape)), uniquingKeysWith: { first, _ in first })
  }

  /// The tensors of the given inputs of `graph`, which has the same required inputs.
  package func tensors(of inputs: [Value.ID], in graph: Graph) -> [Tensor] {
    inputs.compactMap { input in
      names.firstIndex(of: graph[input].name).map { tensors[$0] }
    }
  }
}

extension Value {
  /// The type of the elements that a run is given.
  var elementType: ElementType {
    let declared = declaredType?.elementType ?? .float
    return declared == .undefined ? .float : declared
  }
}

extension [Dimension] {
  /// True where a tensor of the given extents is of this shape.
  func accept(_ shape: [Int]) -> Bool {
    // Some files hold a negative extent for "any".
    count == shape.count
      && zip(self, shape).allSatisfy { ($0.extent ?? -1) < 0 || $0.extent == $1 }
  }
}
