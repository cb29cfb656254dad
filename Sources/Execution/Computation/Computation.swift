package import NetworkIR
package import TensorCore

/// What one run computes: actions on tensors of known shape, in order, without layouts or memory.
///
/// Lowering makes it from a network, differentiation appends the gradients, and the planner turns
/// it into steps. Online contraction is a rewrite of this, before differentiation.
package struct Computation: Sendable {
  package struct TensorID: Hashable, Sendable {
    package let index: Int
  }

  /// Where a tensor's elements come from.
  package enum Role: Sendable {
    /// The caller writes it before each run.
    case input
    /// A trainable tensor of the parameter store.
    case parameter(Value.ID)
    /// A tensor of the parameter store that no gradient reaches: a running statistic, or any in
    /// inference.
    case stored(Value.ID)
    case constant(Tensor)
    /// A node computes it.
    case computed
  }

  package struct Entry: Sendable {
    package let shape: [Int]
    package let role: Role
    package let name: Name
    /// What a run holds it in. Numbers of other types than Float may be held in Floats; those of
    /// evaluated nodes are held as they are.
    package let elementType: ElementType

    /// The bytes of the elements themselves.
    package var byteCount: Int { elementType.byteCount(of: shape.reduce(1, *)) ?? 0 }
  }

  package struct Node: Sendable {
    package let action: any Action
    package let inputs: [TensorID]
    package let outputs: [TensorID]
    /// The network's node that this stems from.
    package let origin: Name
    /// False for what differentiation added.
    package let isForward: Bool
  }

  package private(set) var tensors: [Entry] = []
  package internal(set) var nodes: [Node] = []
  package var outputs: [TensorID] = []
  /// How each chain of linear nodes is trained, in the order of the network; empty elsewhere.
  package var units: [UnitChoice] = []
  /// The gradient of each parameter, once differentiated.
  package var gradients: [(parameter: Value.ID, gradient: TensorID)] = []

  package init() {}

  package subscript(_ id: TensorID) -> Entry { tensors[id.index] }

  func shape(_ id: TensorID) -> [Int] { tensors[id.index].shape }

  mutating func addTensor(
    _ shape: [Int], _ role: Role, name: Name, elementType: ElementType = .float
  ) -> TensorID {
    tensors.append(Entry(shape: shape, role: role, name: name, elementType: elementType))
    return TensorID(index: tensors.count - 1)
  }

  /// Appends a node; its outputs are new tensors of the given shapes, of Floats where no types are
  /// given.
  @discardableResult
  mutating func add(
    _ action: some Action, _ inputs: [TensorID], shapes: [[Int]],
    elementTypes: [ElementType] = [], origin: Name, isForward: Bool = true
  ) -> [TensorID] {
    let outputs = shapes.enumerated().map { index, shape in
      addTensor(
        shape, .computed, name: origin,
        elementType: index < elementTypes.count ? elementTypes[index] : .float)
    }
    nodes.append(
      Node(
        action: action, inputs: inputs, outputs: outputs, origin: origin, isForward: isForward))
    return outputs
  }
}
