import Expansion
import TensorCore
import TestSupport
import Testing

@Suite struct KernelCompositionTests {
  /// A Double sum of N products is within N·2⁻⁵³ of the sum of magnitudes; N stays below 2000 here
  /// and magnitudes cancel by far less than 10, which 10⁻¹² of the largest output leaves room for.
  private let tolerance = 1e-12

  @Test(arguments: UInt64(0)..<120)
  func `a composed kernel computes what the chain computes, at the border too`(seed: UInt64) throws
  {
    var generator = SeededGenerator(seed: seed)
    let rank = generator.integer(in: 0...2)
    var chain = [generator.kernel(generator.geometry(rank: rank))]
    for _ in 0..<generator.integer(in: 1...2) {
      let previous = chain[chain.count - 1].geometry
      var next = generator.geometry(rank: rank)
      next.group = previous.group
      next.outputs = previous.group * generator.integer(in: 1...4)
      next.inputsPerGroup = previous.outputsPerGroup
      next.extents = next.extents.map { min($0, 3) }
      next.padsBegin = next.padsBegin.map { _ in 0 }
      next.padsEnd = next.padsBegin
      chain.append(generator.kernel(next))
    }
    let composed = try KernelComposition.compose(chain)
    let image = generator.image(for: composed.geometry)
    let expected = chain.reduce(image) { $1.applied(to: $0) }
    let actual = composed.applied(to: image)
    #expect(!actual.elements.isEmpty, "seed \(seed)")
    #expect(actual.shape == expected.shape, "seed \(seed)")
    let scale = expected.elements.map(\.magnitude).max() ?? 0
    let difference = Closeness.maximumDifference(actual.elements, expected.elements)
    #expect(difference <= tolerance * scale, "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<20)
  func `padding of the second factor is exact after a 1×1 without bias`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let group = generator.integer(in: 1...2)
    let first = KernelGeometry(
      outputs: group * 3, inputsPerGroup: 2, group: group, extents: [1, 1])
    var second = generator.geometry(rank: 2)
    second.group = group
    second.outputs = group * 2
    second.inputsPerGroup = 3
    let chain = [generator.kernel(first), generator.kernel(second)]
    let composed = try KernelComposition.compose(chain)
    #expect(composed.geometry.padsBegin == second.padsBegin, "seed \(seed)")
    let image = generator.image(for: composed.geometry)
    let expected = chain.reduce(image) { $1.applied(to: $0) }
    let actual = composed.applied(to: image)
    let scale = expected.elements.map(\.magnitude).max() ?? 0
    let difference = Closeness.maximumDifference(actual.elements, expected.elements)
    #expect(difference <= tolerance * scale, "seed \(seed)")
  }

  @Test func `dilated 3×3 kernels compose to one kernel of their dilation`() throws {
    let factor = KernelGeometry(
      outputs: 2, inputsPerGroup: 2, extents: [3, 3], dilations: [2, 3])
    let composed = try KernelComposition.geometry(of: [factor, factor, factor])
    #expect(composed.extents == [7, 7])
    #expect(composed.dilations == [2, 3])
  }

  @Test func `taps off the lattice make a dense kernel`() throws {
    let first = KernelGeometry(outputs: 1, inputsPerGroup: 1, extents: [3], dilations: [2])
    let second = KernelGeometry(outputs: 1, inputsPerGroup: 1, extents: [3], dilations: [3])
    let ones = [1.0, 1, 1]
    let composed = try KernelComposition.compose([
      ConvolutionKernel(geometry: first, weights: ones, bias: nil),
      ConvolutionKernel(geometry: second, weights: ones, bias: nil),
    ])
    // Polynomials: (1 + x² + x⁴)(1 + x³ + x⁶).
    #expect(composed.weights == [1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1])
    #expect(composed.geometry.dilations == [1])
  }

  @Test func `what is not one convolution is refused with the reason`() {
    let plain = KernelGeometry(outputs: 2, inputsPerGroup: 2, extents: [1, 1], hasBias: true)
    var padded = plain
    padded.padsBegin = [1, 0]
    var strided = plain
    strided.strides = [2, 1]
    strided.hasBias = false
    var grouped = plain
    grouped.group = 2
    grouped.inputsPerGroup = 1
    var wide = plain
    wide.inputsPerGroup = 3
    var far = plain
    far.extents = [2, 1]
    far.dilations = [Int.max / 2, 1]
    var near = far
    near.dilations = [2, 1]
    #expect(refusal([]) == .noFactors)
    #expect(refusal([plain, padded]) == .innerPadding(factor: 1, cause: .biased))
    #expect(refusal([strided, padded]) == .innerPadding(factor: 1, cause: .notPointwise))
    #expect(refusal([plain, grouped]) == .groupDiffers(factor: 1, previous: 1, own: 2))
    #expect(refusal([plain, wide]) == .channelsDiffer(factor: 1, produced: 2, expected: 3))
    #expect(refusal([plain, far, near]) == .tooLarge(factor: 2))
    #expect(
      refusal([plain, KernelGeometry(outputs: 2, inputsPerGroup: 2)]) == .rankDiffers(factor: 1))
  }

  @Test func `a fully connected unit composes to the product of its matrices`() throws {
    var generator = SeededGenerator(seed: 3)
    let chain = [(32, 8), (16, 32), (2, 16)].map { outputs, inputs in
      generator.kernel(KernelGeometry(outputs: outputs, inputsPerGroup: inputs))
    }
    let composed = try KernelComposition.compose(chain)
    var expected = [Double](repeating: 0, count: 16)
    for o in 0..<2 {
      for q in 0..<16 {
        for p in 0..<32 {
          for i in 0..<8 {
            expected[o * 8 + i] +=
              chain[2].weights[o * 16 + q] * chain[1].weights[q * 32 + p]
              * chain[0].weights[p * 8 + i]
          }
        }
      }
    }
    let scale = expected.map(\.magnitude).max() ?? 0
    #expect(Closeness.maximumDifference(composed.weights, expected) <= tolerance * scale)
  }
}
