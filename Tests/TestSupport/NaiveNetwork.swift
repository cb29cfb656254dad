package import NetworkIR
import OrderedCollections
import TensorCore

/// A graph of convolutions and products, run by their naive twins in Double.
///
/// Beside each value stand the sum of the magnitudes of everything that was added up to it, and how
/// often at most a product among them was rounded: arithmetic of unit roundoff u moved the value by
/// no more than `roundings` · u · magnitude.
package struct NaiveNetwork {
  package struct Result {
    package var value: NaiveTensor
    package var magnitude: NaiveTensor
    package var roundings: Int

    package init(_ value: NaiveTensor) {
      self.init(value: value, magnitude: value.magnitudes, roundings: 0)
    }

    init(value: NaiveTensor, magnitude: NaiveTensor, roundings: Int) {
      self.value = value
      self.magnitude = magnitude
      self.roundings = roundings
    }
  }

  package enum Failure: Error {
    /// An operator that has no twin here, or one of its tensors is missing.
    case unsupported(node: Name, type: Name)
    case noValue(Name)
  }

  private var results: [Value.ID: Result] = [:]
  private let graph: Graph

  /// Runs all nodes on inputs by name.
  package init(_ graph: Graph, _ inputs: [Name: NaiveTensor]) throws {
    self.graph = graph
    for (id, initializer) in graph.initializers {
      if let elements = initializer.tensor.doubles {
        results[id] = Result(NaiveTensor(initializer.tensor.shape, elements))
      }
    }
    for port in graph.inputs {
      if let input = inputs[graph[port.value].name] { results[port.value] = Result(input) }
    }
    for node in graph.nodes { try run(node) }
  }

  package subscript(_ name: Name) -> Result {
    get throws {
      guard let result = graph.value(named: name).flatMap({ results[$0] }) else {
        throw Failure.noValue(name)
      }
      return result
    }
  }

  private mutating func run(_ node: Node) throws {
    func operand(_ index: Int) throws -> Result {
      guard let result = node.input(index).flatMap({ results[$0] }) else {
        throw Failure.unsupported(node: node.name, type: node.type.name)
      }
      return result
    }
    let result: Result
    switch node.operator {
    case .conv(let conv):
      let addend = node.input(2) == nil ? nil : try operand(2)
      result = Self.convolution(conv, try operand(0), try operand(1), addend)
    case .convTranspose(let conv):
      let addend = node.input(2) == nil ? nil : try operand(2)
      result = Self.transposedConvolution(conv, try operand(0), try operand(1), addend)
    case .gemm(let gemm):
      let addend = node.input(2) == nil ? nil : try operand(2)
      result = Self.product(gemm, try operand(0), try operand(1), addend)
    case .matMul: result = Self.product(try operand(0), try operand(1))
    case .binary(let binary) where binary.function == .add:
      result = Self.sum(try operand(0), try operand(1))
    case .identity: result = try operand(0)
    case .transpose where try operand(0).value.shape.count == 2:
      let (value, magnitude) = (try operand(0).value, try operand(0).magnitude)
      result = Result(
        value: NaiveProduct.transpose(value), magnitude: NaiveProduct.transpose(magnitude),
        roundings: try operand(0).roundings)
    case .constant:
      guard let tensor = try node.attributes.tensor("value"), let elements = tensor.doubles else {
        throw Failure.unsupported(node: node.name, type: node.type.name)
      }
      result = Result(NaiveTensor(tensor.shape, elements))
    default: throw Failure.unsupported(node: node.name, type: node.type.name)
    }
    if let output = node.output(0) { results[output] = result }
  }
}
