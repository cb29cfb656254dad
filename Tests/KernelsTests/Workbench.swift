import Kernels
import TensorCore
import TestSupport
import Testing

/// Runs primitives on plain tensors: it reorders what goes in to the layouts that a primitive
/// chose, and what comes out back.
final class Workbench {
  let engine: ComputeEngine
  /// Memory by role, kept from one primitive to the next: a workspace reaches the backward one.
  private var memory: [ArgumentRole: UnsafeMutableRawPointer] = [:]

  init(threads: Int? = 1) throws {
    engine = try ComputeEngine(threads: threads)
  }

  deinit { memory.values.forEach { $0.deallocate() } }

  /// Executes `primitive` on the inputs and returns its outputs, each under the shape asked for.
  func run(
    _ primitive: Primitive, _ inputs: [(ArgumentRole, NaiveTensor)],
    outputs: [(ArgumentRole, [Int])]
  ) throws -> [NaiveTensor] {
    for (role, layout) in primitive.layouts where role != .workspace || memory[role] == nil {
      memory[role]?.deallocate()
      memory[role] = allocate(layout.byteCount)
    }
    for (role, tensor) in inputs {
      try move(tensor, into: primitive.layouts[role], at: memory[role])
    }
    try primitive.bind(primitive.layouts.keys.map { ($0, memory[$0]!) }, engine).execute()
    return try outputs.map { role, shape in
      try copy(primitive.layouts[role], at: memory[role], as: shape)
    }
  }

  private func allocate(_ count: Int) -> UnsafeMutableRawPointer {
    let pointer = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
    // Not a number: a primitive that leaves part of its output alone is found out.
    pointer.initializeMemory(as: UInt8.self, repeating: 0xff, count: count)
    return pointer
  }

  private func move(
    _ tensor: NaiveTensor, into layout: TensorLayout?, at pointer: UnsafeMutableRawPointer?
  ) throws {
    guard let layout, let pointer else { throw WorkbenchError.noSuchArgument }
    var floats = tensor.floats
    let reorder = try Primitive.reorder(
      from: TensorLayout(plain: tensor.shape), to: layout, on: engine)
    try floats.withUnsafeMutableBytes { bytes in
      try execute(reorder, from: bytes.baseAddress!, to: pointer)
    }
  }

  private func copy(
    _ layout: TensorLayout?, at pointer: UnsafeMutableRawPointer?, as shape: [Int]
  ) throws -> NaiveTensor {
    guard let layout, let pointer else { throw WorkbenchError.noSuchArgument }
    var floats = [Float](repeating: .nan, count: shape.reduce(1, *))
    let reorder = try Primitive.reorder(
      from: layout, to: TensorLayout(plain: shape), on: engine)
    try floats.withUnsafeMutableBytes { bytes in
      try execute(reorder, from: pointer, to: bytes.baseAddress!)
    }
    return NaiveTensor(shape, floats.map { Double($0) })
  }

  private func execute(
    _ reorder: Primitive, from source: UnsafeMutableRawPointer,
    to destination: UnsafeMutableRawPointer
  ) throws {
    var pointers: [(ArgumentRole, UnsafeMutableRawPointer)] = [
      (.source, source), (.destination, destination),
    ]
    let scratchpad = reorder.layout(of: .scratchpad).map { allocate($0.byteCount) }
    if let scratchpad { pointers.append((.scratchpad, scratchpad)) }
    defer { scratchpad?.deallocate() }
    try reorder.bind(pointers, engine).execute()
  }
}

enum WorkbenchError: Error {
  case noSuchArgument
}

/// Expects every element of `actual` within its bound of `expected`.
func expectClose(
  _ actual: NaiveTensor, _ expected: NaiveTensor, within bound: NaiveTensor, _ context: Comment,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let found = actual.disagreement(with: expected, within: bound)
  #expect(found == nil, context, sourceLocation: sourceLocation)
}

/// Expects a random sample of a gradient's elements to be the central differences of `loss` at `x`.
///
/// `magnitude` is the loss of the magnitudes of all other arguments: its own gradient adds up the
/// magnitudes of the `terms` products that make an element, for losses that are linear in `x`. The
/// differences of such a loss are exact at any width but for the rounding of Double.
func expectLinearGradient(
  _ actual: NaiveTensor, at x: NaiveTensor, terms: Int, _ context: Comment,
  using generator: inout SeededGenerator, sourceLocation: SourceLocation = #_sourceLocation,
  loss: (NaiveTensor) -> Double, magnitude: (NaiveTensor) -> Double
) {
  #expect(actual.shape == x.shape, context, sourceLocation: sourceLocation)
  guard actual.shape == x.shape else { return }
  let positions = x.sample(24, using: &generator)
  let expected = x.gradient(step: 1, at: positions, of: loss)
  let size = x.gradient(step: 1, at: positions, of: magnitude)
  expectClose(
    actual.selecting(positions), expected, within: size.roundingBound(terms: terms), context,
    sourceLocation: sourceLocation)
}
