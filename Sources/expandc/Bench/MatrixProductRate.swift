import Kernels
import TensorCore

/// A product of two square matrices, timed: what this machine makes of multiply-adds at its best.
final class MatrixProductRate {
  static let extent = 1024

  private let product: BoundPrimitive
  /// Source, weights, destination and scratchpad, in this order.
  private let memory: UnsafeMutableRawBufferPointer

  init(threads: Int?) throws {
    let (extent, elements) = (Self.extent, Self.extent * Self.extent)
    let engine = try ComputeEngine(threads: threads)
    let layout = try TensorLayout(plain: [extent, extent])
    let primitive = try Primitive.matrixProduct(
      source: layout, weights: layout, destination: layout, on: engine)
    let scratchpad = primitive.layout(of: .scratchpad)?.byteCount ?? 0
    let size = elements * MemoryLayout<Float>.size
    let start = UnsafeMutableRawPointer.allocate(byteCount: 3 * size + scratchpad, alignment: 64)
    memory = UnsafeMutableRawBufferPointer(start: start, count: 3 * size + scratchpad)
    var generator = SeededGenerator(seed: 0)
    let factors = start.bindMemory(to: Float.self, capacity: 2 * elements)
    for index in 0..<2 * elements {
      (factors + index).initialize(to: Float(generator.uniform(in: -1..<1)))
    }
    var arguments: [(ArgumentRole, UnsafeMutableRawPointer)] = [
      (.source, start), (.weights, start + size), (.destination, start + 2 * size),
    ]
    if scratchpad > 0 { arguments.append((.scratchpad, start + 3 * size)) }
    product = try primitive.bind(arguments, engine)
  }

  deinit { memory.deallocate() }

  func run() throws { try product.execute() }

  /// Floating-point operations a second, at one product in `seconds`.
  static func rate(seconds: Double) -> Double {
    2 * Double(extent) * Double(extent) * Double(extent) / seconds
  }
}
