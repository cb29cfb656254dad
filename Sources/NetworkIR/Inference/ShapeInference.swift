/// The types of a graph's values, derived from its inputs and constants.
///
/// Symbols of the file are carried through: equal symbols stay equal, and what can't be expressed
/// is unknown. Opaque nodes give what the file declares of their outputs.
///
/// Initializers that a caller may override count as constant here: files of IR 3 list every
/// initializer as an input, the shapes that Reshape reads among them.
package struct ShapeInference: Sendable {
  private let types: [ValueType?]
  private let contents: [PartialTensor?]
  /// What did not fit first, where that was tolerated.
  package let failure: InferenceError?

  /// - Parameter inputShapes: extents for some inputs. An extent given for a symbol binds that
  ///   symbol everywhere. An extent that differs from a declared one wins; then the types that the
  ///   file declares of other values, which describe another run, aren't compared.
  package init(
    _ graph: Graph, inputShapes: [Value.ID: [Int]] = [:]
  ) throws(InferenceError) {
    try self.init(graph, inputDimensions: inputShapes.mapValues { $0.map(Dimension.fixed) })
  }

  /// What can be inferred of a graph whose shapes may not fit together: the outputs of a node that
  /// does not take its inputs are unknown, and what follows from them.
  package init(tolerating graph: Graph) {
    self.init(tolerating: graph, inputDimensions: [:])
  }

  init(tolerating graph: Graph, inputDimensions: [Value.ID: [Dimension]]) {
    do {
      self = try ShapeInference(graph, inputDimensions: inputDimensions, isTolerant: true)
    } catch {
      // The given dimensions are no shapes of the inputs.
      types = graph.allValues.map(\.declaredType)
      contents = graph.allValues.map { _ in nil }
      failure = error
    }
  }

  /// As with `inputShapes`, where some extents stay as the file has them.
  init(
    _ graph: Graph, inputDimensions: [Value.ID: [Dimension]], isTolerant: Bool = false
  ) throws(InferenceError) {
    var pass = try InferencePass(
      graph, try InputBinding(graph, inputDimensions), isTolerant: isTolerant)
    for node in graph.nodes { try pass.infer(node) }
    failure = pass.firstFailure
    types = pass.types
    contents = pass.contents
  }

  /// What is known of the value; nil where that is nothing.
  package func type(of value: Value.ID) -> ValueType? { types[value.index] }

  /// The value's extents, where all are known.
  package func shape(of value: Value.ID) -> [Int]? { types[value.index]?.shape }

  /// What a small integer tensor holds, as far as it is known before a run.
  package func contents(of value: Value.ID) -> PartialTensor? { contents[value.index] }
}
