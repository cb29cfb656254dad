import Expansion
import NetworkIR
import TensorCore
import TestSupport

extension RandomRoundTrip {
  private var unitRoundoff: Double { elementType == .double ? 0x1p-53 : 0x1p-24 }
  private var preserves: Bool { problem.options.initialisation == .preserve }
  private var scale: Double { Double(problem.alpha.magnitude) }

  /// Everything that is not as it must be, in words.
  func disagreements() throws -> [String] {
    var found: [String] = []
    func note(_ what: String, _ disagreement: String?) {
      if let disagreement { found.append("\(elementType) \(what): \(disagreement)") }
    }
    if !problem.prediction.allows(prediction) {
      found.append("made \(prediction), expected \(problem.prediction)")
    }
    let image = problem.image()
    let before = try output(original, image)
    let between = try output(expanded, image)
    let after = try output(contracted, image)
    note("contracted from expanded", difference(of: after, from: between))
    if preserves {
      let bound = try weightBound()
      note("weights", weightDifference(within: bound))
      note("expanded from original", try difference(of: between, from: before, image, bound))
      note("contracted from original", try difference(of: after, from: before, image, bound))
    }
    let learnsBias =
      !preserves && !problem.hasBias && problem.options.intermediateBias == .all
      && problem.kind != .product && !problem.staysWhole
    if !learnsBias, Structure(contracted) != Structure(original) {
      found.append("\(elementType): the contracted model has another structure")
    }
    if contraction.method != .provenance {
      found.append("\(elementType): contracted by \(contraction.method)")
    }
    found += try structureDisagreements().map { "\(elementType): \($0)" }
    return found
  }

  /// The unit's output by the naive twins.
  private func output(_ model: Model, _ image: NaiveTensor) throws -> NaiveNetwork.Result {
    try NaiveNetwork(model.graph, ["x": image])["y"]
  }

  /// Both runs round in Double, each product at most `roundings` times. So does the composition:
  /// the sum over channel p between two factors, and over the taps that meet, rounds a product once
  /// for each of them, and no more taps than the whole kernel's meet. A contracted weight is
  /// rounded once more where it is stored, alpha and beta cost two roundings each. All of it is
  /// relative to the magnitudes that the chain adds up.
  private func difference(
    of after: NaiveNetwork.Result, from between: NaiveNetwork.Result
  ) -> String? {
    let taps = problem.kernel.reduce(1, *)
    var composition = 4
    if case .expanded(_, let channels) = prediction {
      for inner in channels.dropFirst().dropLast() {
        composition += inner / problem.group * taps + 1
      }
    }
    let roundings = Double(after.roundings + between.roundings + composition)
    return after.value.disagreement(
      with: between.value,
      within: between.magnitude.mapped {
        (roundings * 0x1p-53 + unitRoundoff) * $0 * (1 + 0x1p-20)
      })
  }

  /// Weights that moved by no more than `bound` move an output by `bound` · Σ|x| over its window; a
  /// bias is rounded at most twice, where beta scales it; the runs round in Double.
  private func difference(
    of result: NaiveNetwork.Result, from before: NaiveNetwork.Result, _ image: NaiveTensor,
    _ bound: Double
  ) throws -> String? {
    let ones = RandomProblem.Parameters(
      weight: NaiveTensor(problem.weightShape, parameters.weight.elements.map { _ in 1 }),
      bias: nil)
    let window = try output(problem.model(ones, .double), image).magnitude
    let offset =
      2 * unitRoundoff * Double(problem.beta.magnitude)
      * (parameters.bias?.elements.map(\.magnitude).max() ?? 0)
    let roundings = Double(result.roundings + before.roundings) * 0x1p-53
    var limit = window
    for index in limit.elements.indices {
      limit.elements[index] =
        (bound * window.elements[index] + roundings * result.magnitude.elements[index] + offset)
        * (1 + 0x1p-20)
    }
    return result.value.disagreement(with: before.value, within: limit)
  }

  /// How far a weight may move: 10⁻¹² of the largest in Double, `PreserveBound` in Float.
  private func weightBound() throws -> Double {
    let largest = parameters.weight.elements.map(\.magnitude).max() ?? 0
    guard elementType == .float, let rounding = FloatingRounding(.float) else {
      return 1e-12 * largest
    }
    let factors = try factors()
    let composed = try KernelComposition.compose(factors)
    // Which weight is which does not matter to the bound, only their magnitudes do.
    let kernel = ConvolutionKernel(
      geometry: composed.geometry, weights: parameters.weight.elements.map { $0 * scale },
      bias: nil)
    return try PreserveBound.weightError(factors: factors, original: kernel, rounding: rounding)
      / scale
  }

  private func weightDifference(within bound: Double) -> String? {
    for (name, expected) in [("w", parameters.weight), ("b", parameters.bias)] {
      guard let expected else { continue }
      guard let actual = contracted.tensor(Name(name))?.doubles else { return "\(name) is missing" }
      let largest = expected.elements.map(\.magnitude).max() ?? 0
      let limit = name == "w" ? bound : problem.beta == 1 ? 0 : 2 * unitRoundoff * largest
      let difference = Closeness.maximumDifference(actual, expected.elements)
      if !(difference <= limit) { return "\(name) moved by \(difference), at most \(limit)" }
    }
    return nil
  }
}

extension NaiveTensor {
  fileprivate func mapped(_ transform: (Double) -> Double) -> NaiveTensor {
    NaiveTensor(shape, elements.map(transform))
  }
}
