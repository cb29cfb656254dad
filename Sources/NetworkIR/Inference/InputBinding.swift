import OrderedCollections
import TensorCore

/// The shapes that a caller gives for inputs, and the extents that they bind symbols to.
struct InputBinding {
  private var given: [Value.ID: [Dimension]] = [:]
  private var extents: [Name: Int] = [:]
  /// True where a given extent differs from a declared one.
  private var overrides = false

  init(_ graph: Graph, _ inputs: [Value.ID: [Dimension]]) throws(InferenceError) {
    for (id, shape) in inputs {
      guard graph.isInput(id) else { throw .notAnInput(graph[id].name) }
      guard shape.allSatisfy({ $0.extent ?? 0 >= 0 }) else {
        throw .givenShape(input: graph[id].name, given: shape, declared: [])
      }
    }
    // In the order of the inputs, so that errors don't depend on hashing.
    for port in graph.inputs {
      guard let shape = inputs[port.value] else { continue }
      given[port.value] = shape
      guard let declared = graph[port.value].declaredType?.dimensions else { continue }
      var clashes = declared.count != shape.count
      for case (.fixed(let extent), let declared) in zip(shape, declared) {
        switch declared {
        case .fixed(let known): overrides = overrides || known != extent
        case .symbolic(let name):
          clashes = clashes || extents.updateValue(extent, forKey: name) ?? extent != extent
        case .unknown: break
        }
      }
      if clashes {
        throw .givenShape(input: graph[port.value].name, given: shape, declared: declared)
      }
    }
  }

  func inputType(_ id: Value.ID, in graph: Graph) -> ValueType? {
    let declared = graph[id].declaredType.map(resolve)
    guard let shape = given[id] else { return declared }
    return resolve(ValueType(declared?.elementType ?? .undefined, shape))
  }

  /// What the file declares of a value that a node or an initializer defines; nil where that
  /// describes another run.
  func declaredType(of id: Value.ID, in graph: Graph) -> ValueType? {
    overrides ? nil : graph[id].declaredType.map(resolve)
  }

  /// Symbols as the extents that they are bound to; negative extents, which some files hold for
  /// "any", as unknown.
  private func resolve(_ type: ValueType) -> ValueType {
    var type = type
    type.dimensions = type.dimensions?.map { dimension in
      switch dimension {
      case .fixed(let extent) where extent < 0: .unknown
      case .symbolic(let name): extents[name].map(Dimension.fixed) ?? dimension
      default: dimension
      }
    }
    return type
  }
}

extension ValueType {
  /// What is known of a value that both describe; nil where they contradict.
  func unified(with other: ValueType) -> ValueType? {
    guard isTensor == other.isTensor else { return self == .unknown ? other : nil }
    guard
      elementType == other.elementType || elementType == .undefined
        || other.elementType == .undefined
    else { return nil }
    var unified = self
    if elementType == .undefined { unified.elementType = other.elementType }
    guard let a = dimensions, let b = other.dimensions else {
      unified.dimensions = dimensions ?? other.dimensions
      return unified
    }
    guard a.count == b.count else { return nil }
    let extents = zip(a, b).compactMap { $0.unified(with: $1) }
    unified.dimensions = extents
    return extents.count == a.count ? unified : nil
  }
}
