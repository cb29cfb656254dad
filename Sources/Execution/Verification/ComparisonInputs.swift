import NetworkIR
import TensorCore

/// The inputs that both networks of a comparison are run on.
struct ComparisonInputs {
  let kinds: [(kind: InputKind, inputs: NetworkInputs)]

  init(
    _ first: Graph, _ second: Graph, _ options: ComparisonOptions
  ) throws(ComparisonError) {
    let names = (first.inputNames, second.inputNames)
    guard names.0 == names.1 else { throw .differentInputs(names.0, names.1) }
    let outputs = (first.outputNames, second.outputNames)
    guard outputs.0 == outputs.1 else { throw .differentOutputs(outputs.0, outputs.1) }
    guard options.inputs.isEmpty else {
      kinds = [(.given, try Self.checked(options.inputs, first, second))]
      return
    }
    // What numbers an input of integers could stand for, nobody says.
    for input in first.requiredInputs.map({ first[$0] }) where input.elementType != .float {
      throw .input(.notGiven(input.name, input.elementType))
    }
    let shapes = try Self.shapes(first, second, options)
    try Self.checkRoom(for: shapes)
    var kinds: [(InputKind, NetworkInputs)] = []
    for (index, kind) in [InputKind.normal, .border, .constant].enumerated() {
      if kind == .border, shapes.allSatisfy({ $0.count < 3 }) { continue }
      var generator = SeededGenerator(seed: options.seed, stream: UInt64(index))
      var tensors: [Name: Tensor] = [:]
      for (name, shape) in zip(names.0, shapes) {
        tensors[name] = Tensor(kind.elements(shape, using: &generator), shape: shape)
      }
      kinds.append((kind, try Self.checked(tensors, first, second)))
    }
    self.kinds = kinds
  }

  /// All kinds of elements, and a copy of one kind for a run, are in memory at once.
  private static func checkRoom(for shapes: [[Int]]) throws(ComparisonError) {
    let elements = shapes.reduce(0) { $0 + $1.reduce(1, *) }
    let byteCount = 4 * elements * MemoryLayout<Float>.size
    guard byteCount <= AvailableMemory.byteCount ?? .max else {
      throw .execution(.first, .outOfMemory(bytes: byteCount))
    }
  }

  private static func checked(
    _ tensors: [Name: Tensor], _ first: Graph, _ second: Graph
  ) throws(ComparisonError) -> NetworkInputs {
    do {
      _ = try NetworkInputs(tensors, for: second)
      return try NetworkInputs(tensors, for: first)
    } catch {
      throw .input(error)
    }
  }

  /// Given extents first, then what one of the two declares, then the batch size.
  private static func shapes(
    _ first: Graph, _ second: Graph, _ options: ComparisonOptions
  ) throws(ComparisonError) -> [[Int]] {
    let names = first.inputNames
    for name in options.inputShapes.keys.sorted() where !names.contains(name) {
      throw .input(.unknown(name, known: names))
    }
    var shapes: [[Int]] = []
    for (a, b) in zip(first.requiredInputs, second.requiredInputs) {
      let name = first[a].name
      var shape = options.inputShapes[name] ?? []
      if options.inputShapes[name] == nil {
        let (known, other) = (first[a].declaredType, second[b].declaredType)
        let isRanked = known?.dimensions != nil || other?.dimensions == nil
        shape = try declared(
          name, known, other, options.batchSize,
          suggested: isRanked ? first.suggestedShape(of: a) : second.suggestedShape(of: b))
      }
      guard let count = Shape.elementCount(shape), count <= maximumCount else {
        throw .input(.tooLarge(name, shape))
      }
      shapes.append(shape)
    }
    return shapes
  }

  /// 16 GiB of Floats.
  private static let maximumCount = 1 << 32

  private static func declared(
    _ name: Name, _ first: ValueType?, _ second: ValueType?, _ batchSize: Int,
    suggested: [Int]
  ) throws(ComparisonError) -> [Int] {
    guard let a = first?.dimensions ?? second?.dimensions else {
      throw .input(.open(name, nil, suggested: suggested))
    }
    let b = second?.dimensions ?? a
    guard a.count == b.count else { throw .differentInputShapes(name, a, b) }
    var shape: [Int] = []
    for (axis, known) in zip(a.map(\.count), b.map(\.count)).enumerated() {
      if let x = known.0, let y = known.1, x != y { throw .differentInputShapes(name, a, b) }
      guard let extent = known.0 ?? known.1 ?? (axis == 0 ? batchSize : nil) else {
        throw .input(.open(name, a, suggested: suggested))
      }
      shape.append(extent)
    }
    return shape
  }
}

extension Graph {
  fileprivate var inputNames: [Name] { requiredInputs.map { self[$0].name } }
  fileprivate var outputNames: [Name] { outputs.map { self[$0.value].name } }
}

extension Dimension {
  /// The extent, unless it is a negative one, which some files hold for "any".
  fileprivate var count: Int? { extent.flatMap { $0 < 0 ? nil : $0 } }
}

extension InputKind {
  fileprivate func elements(
    _ shape: [Int], using generator: inout SeededGenerator
  ) -> [Float] {
    let count = Shape.elementCount(shape) ?? 0
    switch self {
    case .normal, .given: return (0..<count).map { _ in Float(generator.normal()) }
    case .border:
      let spatial = Array(shape.dropFirst(2))
      let strides = Shape.strides(shape).dropFirst(2)
      return (0..<count).map { index in
        let isOutermost = zip(spatial, strides).contains { extent, stride in
          let position = index / stride % extent
          return position == 0 || position == extent - 1
        }
        return isOutermost ? Float(100 * generator.normal()) : 0
      }
    case .constant:
      let levels: [Float] = [1, 0, -1, 0.5]
      let image = shape.dropFirst().reduce(1, *)
      return (0..<count).map { levels[$0 / image % levels.count] }
    }
  }
}
