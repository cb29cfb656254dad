import Expansion
import NetworkIR
import TensorCore
import TestSupport
import Testing

@Suite struct `The check of single units` {
  private struct Trial {
    let factors: [ConvolutionKernel]
    let composed: ConvolutionKernel
    let rounding: FloatingRounding

    var check: UnitCheck? { check(composed) }

    func check(_ kernel: ConvolutionKernel) -> UnitCheck? {
      UnitCheck(exact: factors, rounded: [rounding.rounded(kernel)], rounding)
    }

    func check(_ change: (inout KernelGeometry, inout [Double], inout [Double]?) -> Void)
      -> UnitCheck?
    {
      var (geometry, weights, bias) = (composed.geometry, composed.weights, composed.bias)
      change(&geometry, &weights, &bias)
      geometry.hasBias = bias != nil
      return check(ConvolutionKernel(geometry: geometry, weights: weights, bias: bias))
    }
  }

  private func trial(
    _ original: KernelGeometry, seed: UInt64, type: ElementType = .float,
    strategy: ExpansionStrategy = .cl
  ) throws -> Trial {
    let plan = try ExpansionPlan(
      strategy, for: original, options: options { $0.rate = 2 }, seesImage: false)
    let factors = RandomFactors.factors(of: plan, seed: seed, unit: 0)
    return Trial(
      factors: factors, composed: try KernelComposition.compose(factors),
      rounding: try #require(FloatingRounding(type)))
  }

  private var padded: KernelGeometry {
    KernelGeometry(
      outputs: 4, inputsPerGroup: 3, extents: [5, 3], strides: [2, 1], dilations: [1, 2],
      padsBegin: [1, 2], padsEnd: [2, 0], hasBias: true)
  }

  @Test(arguments: UInt64(0)..<60)
  func `passes what composing and rounding make of random factors`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var geometry = generator.geometry(rank: generator.integer(in: 1...2))
    geometry.extents[0] = max(2, geometry.extents[0])
    let type = [ElementType.float, .float16, .bfloat16, .double][generator.integer(in: 0...3)]
    let trial = try trial(geometry, seed: seed, type: type)
    let check = try #require(trial.check)
    #expect(check.passed, "seed \(seed): \(check)")
    // The other way round the factors are what was rounded.
    let rounded = trial.factors.map(trial.rounding.rounded)
    let expansion = try #require(
      UnitCheck(exact: [trial.composed], rounded: rounded, trial.rounding))
    #expect(expansion.passed, "seed \(seed): \(expansion)")
  }

  @Test func `fails a bias that is lost, in whole or at the border`() throws {
    let trial = try trial(padded, seed: 1)
    #expect(trial.check?.passed == true)
    #expect(trial.check { _, _, bias in bias = nil }?.passed == false)
    #expect(trial.check { _, _, bias in bias?[3] += 1e-3 }?.passed == false)
    // As though the pads were on the second factor: what the first adds is missing there.
    var factors = trial.factors
    var (first, second) = (factors[0].geometry, factors[1].geometry)
    (second.padsBegin, second.padsEnd) = (first.padsBegin, first.padsEnd)
    (first.padsBegin, first.padsEnd) = ([0, 0], [0, 0])
    factors[0] = ConvolutionKernel(
      geometry: first, weights: factors[0].weights, bias: factors[0].bias)
    factors[1] = ConvolutionKernel(
      geometry: second, weights: factors[1].weights, bias: factors[1].bias)
    let kernel = trial.rounding.rounded(trial.composed)
    let moved = try #require(UnitCheck(exact: factors, rounded: [kernel], trial.rounding))
    #expect(!moved.passed)
  }

  @Test func `fails weights that are mirrored, moved or a thousandth off`() throws {
    let trial = try trial(padded, seed: 2)
    #expect(trial.check { _, weights, _ in weights.reverse() }?.passed == false)
    #expect(trial.check { _, weights, _ in weights.swapAt(7, 8) }?.passed == false)
    #expect(trial.check { _, weights, _ in weights[40] *= 1.001 }?.passed == false)
    #expect(trial.check { _, weights, _ in weights[40] = .nan }?.passed == false)
  }

  @Test func `fails pads, strides and dilations that are not the unit's`() throws {
    let trial = try trial(padded, seed: 3)
    let pads = trial.check { geometry, _, _ in
      (geometry.padsBegin, geometry.padsEnd) = (geometry.padsEnd, geometry.padsBegin)
    }
    #expect(pads?.passed == false)
    // Other extents of the output can't be compared: as bad as a difference.
    for change in [\KernelGeometry.strides, \.dilations] {
      let check = trial.check { geometry, _, _ in geometry[keyPath: change] = [1, 1] }
      #expect(check?.passed != true)
    }
  }

  @Test func `is not possible where the images would be too large`() throws {
    var geometry = padded
    geometry.dilations = [1 << 28, 1]
    #expect(try trial(geometry, seed: 4).check == nil)
  }
}
