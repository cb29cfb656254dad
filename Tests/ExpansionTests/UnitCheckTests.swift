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

  /// Small units whose taps, groups, borders and strides differ; the transposed one reads with one
  /// tap in four at each output.
  private static let units: [(KernelGeometry, ExpansionStrategy)] = [
    (
      KernelGeometry(
        outputs: 4, inputsPerGroup: 3, extents: [3, 3], padsBegin: [1, 1], padsEnd: [1, 1],
        hasBias: true), .cl
    ),
    (
      KernelGeometry(
        outputs: 3, inputsPerGroup: 2, extents: [5, 5], strides: [2, 3], dilations: [2, 1],
        padsBegin: [2, 0], padsEnd: [1, 4], hasBias: true), .ck
    ),
    (
      KernelGeometry(
        outputs: 6, inputsPerGroup: 1, group: 6, extents: [3, 3], strides: [2, 2],
        padsBegin: [1, 1], padsEnd: [1, 1]), .cl
    ),
    (KernelGeometry(outputs: 4, inputsPerGroup: 2, extents: [7], padsEnd: [6]), .cl),
    (KernelGeometry(outputs: 2, inputsPerGroup: 2, extents: [3, 2, 3], hasBias: true), .cl),
    (KernelGeometry(outputs: 5, inputsPerGroup: 7, hasBias: true), .fc),
    {
      var geometry = KernelGeometry(
        outputs: 3, inputsPerGroup: 4, extents: [4, 3], strides: [2, 3], padsBegin: [1, 0],
        padsEnd: [0, 2], hasBias: true)
      geometry.transposition = KernelGeometry.Transposition(outputPadding: [1, 0])
      return (geometry, .cl)
    }(),
  ]

  /// A wrong weight w changes an output by 2·w·|x| with |x| ≥ ½, and rounding explains at most
  /// 2⁻²³·Σ|w||x| of it: for the some hundred weights of these units that is a thousandth.
  @Test(arguments: units.indices)
  func `fails each single weight and bias that has lost its sign, in kernel or factors`(
    unit: Int
  ) throws {
    let (geometry, strategy) = Self.units[unit]
    let trial = try trial(geometry, seed: 5, strategy: strategy)
    #expect(trial.check?.passed == true)
    for index in 0..<geometry.weightCount {
      let check = trial.check { _, weights, _ in weights[index].negate() }
      #expect(check?.passed == false, "weight \(index)")
    }
    for index in 0..<(geometry.hasBias ? geometry.outputs : 0) {
      let check = trial.check { _, _, bias in bias?[index].negate() }
      #expect(check?.passed == false, "bias \(index)")
    }
    let rounded = trial.factors.map(trial.rounding.rounded)
    for (place, factor) in rounded.enumerated() {
      for index in 0..<factor.geometry.weightCount {
        var weights = factor.weights
        weights[index].negate()
        var wrong = rounded
        wrong[place] = ConvolutionKernel(
          geometry: factor.geometry, weights: weights, bias: factor.bias)
        let check = UnitCheck(exact: [trial.composed], rounded: wrong, trial.rounding)
        #expect(check?.passed == false, "factor \(place), weight \(index)")
      }
    }
  }
}
