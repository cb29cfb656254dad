import Execution
import NetworkIR

/// What all networks of a benchmark are run with.
struct BenchSetting {
  let batchSize: Int
  /// Channels, height, width.
  let imageShape: [Int]
  let threads: Int?
  let seed: UInt64

  /// The shape of the batch that the network's one input is given.
  func shapes(_ session: Session, _ batch: Int) -> [Value.ID: [Int]] {
    var shapes: [Value.ID: [Int]] = [:]
    for input in session.graph.requiredInputs { shapes[input] = [batch] + imageShape }
    return shapes
  }

  /// The extents of one image that `graph` takes.
  ///
  /// - Parameter given: shapes by name, batch first, for what the model leaves open.
  /// - Throws: `ExecutionError.inputCount`; `InputError.open`, `InputError.unknown`.
  static func imageShape(of graph: Graph, given: [NamedShape]) throws -> [Int] {
    let inputs = graph.requiredInputs
    guard inputs.count == 1 else {
      throw ExecutionError.inputCount(inputs.map { graph[$0].name })
    }
    let input = graph[inputs[0]]
    for shape in given where shape.name != input.name {
      throw InputError.unknown(shape.name, known: [input.name])
    }
    let declared = input.declaredType?.dimensions
    if let shape = given.last?.shape { return Array(shape.dropFirst()) }
    let extents = (declared ?? []).dropFirst().compactMap(\.extent)
    guard let declared, extents.count == declared.count - 1, extents.allSatisfy({ $0 > 0 }) else {
      throw InputError.open(
        input.name, declared, suggested: graph.suggestedShape(of: inputs[0]))
    }
    return extents
  }
}
