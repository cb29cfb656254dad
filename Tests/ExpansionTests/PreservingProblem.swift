import Expansion
import TensorCore

/// A random kernel and a plan that can keep its function: CL, FC, or CK of one to three axes.
struct PreservingProblem {
  let original: ConvolutionKernel
  let plan: ExpansionPlan

  init(using generator: inout SeededGenerator) throws {
    var options = ExpansionOptions()
    options.fullyConnectedFactors = generator.integer(in: 2...3)
    options.strideAt = Bool.random(using: &generator) ? .middle : .last
    options.rate = generator.uniform(in: 1..<4)
    let strategy = ExpansionStrategy.allCases.randomElement(using: &generator) ?? .cl
    var geometry = generator.geometry(rank: strategy == .fc ? 0 : 2)
    switch strategy {
    case .cl: geometry.extents[0] = max(2, geometry.extents[0])
    case .fc: break
    case .ck:
      // Extents, and the rate that tiling them takes: Π copies or Π blocks along the axes. Where one
      // extent is 3 the first factor is free, with blocks of the outputs alone, or, at a rate of 6,
      // the second; at a rate of 3, 17 taps take three copies, and the third.
      let (extents, rate): ([Int], Double) =
        [
          ([5], 2), ([7], 2), ([9], 2), ([11], 3), ([17], 3), ([5, 5], 4), ([7, 7], 4),
          ([9, 9], 4), ([7, 5], 4), ([9, 1], 2), ([5, 3], 2), ([3, 7], 3), ([5, 3], 6),
          ([3, 7], 6), ([3, 5, 3], 2), ([11, 11], 9), ([5, 5, 5], 8),
        ].randomElement(using: &generator) ?? ([5, 5], 4)
      options.rate = rate + Double(generator.integer(in: 0...4)) / 3
      let outputs = generator.integer(in: 1...4)
      // r·m channels after the first factor make blocks of the outputs, or copies beside r·n.
      let inputs = rate < 4 ? outputs + generator.integer(in: 0...1) : generator.integer(in: 1...4)
      geometry = KernelGeometry(
        outputs: outputs, inputsPerGroup: extents == [17] ? outputs : inputs,
        extents: extents, strides: generator.integers(extents.count, in: 1...3),
        dilations: generator.integers(extents.count, in: 1...3),
        padsBegin: generator.integers(extents.count, in: 0...4),
        padsEnd: generator.integers(extents.count, in: 0...4),
        hasBias: Bool.random(using: &generator))
    }
    original = generator.kernel(geometry)
    plan = try ExpansionPlan(strategy, for: geometry, options: options)
  }
}
