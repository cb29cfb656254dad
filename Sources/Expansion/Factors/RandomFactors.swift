package import TensorCore

/// Fresh factors, to train from scratch.
package enum RandomFactors {
  package static func kernel(
    _ geometry: KernelGeometry, using generator: inout SeededGenerator
  ) -> ConvolutionKernel {
    RandomWeights(geometry, using: &generator).kernel
  }

  /// The factors of `plan`, drawn in order from a sequence of their own for each `unit`.
  package static func factors(
    of plan: ExpansionPlan, seed: UInt64, unit: Int
  ) -> [ConvolutionKernel] {
    sources(of: plan, seed: seed, unit: unit).map(\.kernel)
  }

  /// The same factors, each to be written where it is stored.
  static func sources(of plan: ExpansionPlan, seed: UInt64, unit: Int) -> [RandomWeights] {
    var generator = SeededGenerator(seed: seed, stream: UInt64(truncatingIfNeeded: unit))
    return plan.factors.map { RandomWeights($0, using: &generator) }
  }
}

/// PyTorch's default initialisation of convolutions and linear modules: weights and biases drawn
/// from U(−1/√fanIn, 1/√fanIn), with fanIn = I/group · Π extents.
///
/// Each run of so many weights has a sequence of its own, so that they can be drawn on all cores
/// and are the same on any number of them.
struct RandomWeights: FactorSource {
  let geometry: KernelGeometry
  let bias: [Double]?
  private let bound: Double
  private let seed: UInt64
  var isCompact: Bool { true }

  init(_ geometry: KernelGeometry, using generator: inout SeededGenerator) {
    let bound = 1 / Double(geometry.inputsPerGroup * geometry.taps).squareRoot()
    self.geometry = geometry
    self.bound = bound
    seed = generator.next()
    let (count, length) = (geometry.weightCount, 1 << 16)
    runs = stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
    bias =
      geometry.hasBias
      ? (0..<geometry.outputs).map { _ in generator.uniform(in: -bound..<bound) } : nil
  }

  let runs: [Range<Int>]

  func prepared() -> any PreparedFactor { self }
  func inputMajorFloats() -> TensorStorage? { nil }
}

extension RandomWeights: PreparedFactor {
  func fill(_ index: Int, _ target: UnsafeMutablePointer<Double>) {
    var own = SeededGenerator(seed: seed, stream: UInt64(index))
    own.initialize(target, count: runs[index].count, uniformIn: -bound..<bound)
  }

  func fill(_ index: Int, _ target: UnsafeMutablePointer<Float>) {
    var own = SeededGenerator(seed: seed, stream: UInt64(index))
    own.initialize(target, count: runs[index].count, uniformIn: -bound..<bound)
  }
}
