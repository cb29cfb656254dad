import Foundation
import NetworkIR
import TensorCore

/// How far the rounding of Float moves a network's outputs: measured, not bounded.
///
/// Rounding to nearest moves a number by a relative δ of mean 0 and deviation ≤ u/√3, u = 2⁻²⁴.
/// A sum of K products that is computed term by term rounds after each, so what comes out is, to
/// first order, the exact sum for weights that are off by
///
///     w'ₖ = wₖ (1 + θₖ),  θₖ = δₖ + … + δ_K,
///
/// a random walk over the terms (Higham and Mary, *A new approach to probabilistic rounding error
/// analysis*, 2019, section 2); registers that share the sum only shorten it. So a network in Float
/// computes what the exact one does with its weights off by such walks, and how the outputs answer
/// to that, through depth, width, rectifiers and the inputs' magnitudes, is seen by running it on
/// weights with θₖ = A·(u/√3)·(±1 ±1 … ±1), signs at random, A = 2⁶: enough to lift the answer out
/// of the rounding of that run itself, little enough to be linear. Two signs more stand for the
/// rounding of a weight itself, once when its unit was expanded and once when it was contracted. A
/// bias counts as the first term; a constant of a batch normalisation or of elementwise arithmetic
/// sees as many roundings as that has. Then σ² of an output is the mean of ((y' − y)/A)².
///
/// Nodes that round and hold no weight (averages of K elements, sums of two tensors, sigmoids), and
/// the last rounding of all, are charged as though they reached the output with a gain of 1:
/// s² = u²/3·(1 + ΣK)·max|y|² + η²/3·(1 + ΣK′).
///
/// Below the normal numbers rounding is absolute, by η = 2⁻¹⁵⁰ at most: each weight but zero is
/// moved by A·η/√3 besides, and the second term, where K′ are the terms of all nodes, charges that of
/// every product.
///
/// Two networks that compute the same function differ by their two roundings. Of N output elements
/// none differs by more than
///
///     t = √(2 ln(2N·10¹²)) · √(σ₁² + s₁² + σ₂² + s₂²),
///
/// about 8 deviations, but once in 10¹² comparisons (sub-Gaussian tails, all elements at once),
/// where σ is that of the most sensitive element.
///
/// A channel whose numbers are far smaller than the others' has a tolerance of its own besides, from
/// the σ and s of its elements alone. There the few samples are all that is known of σ, and an error
/// in parts of a deviation that four samples give follows Student's distribution of four degrees of
/// freedom, where P(|T| > k) ≤ 6/k⁴ (its density is below 12/t⁵). With k = (6N·10¹²)^¼, thousands, no
/// element exceeds k·√(σ₁² + s₁² + σ₂² + s₂²) of its channel but once in 10¹² comparisons.
struct RoundingModel {
  static let sampleCount = 4
  private static let amplification = 64.0
  /// η/√3.
  private static let subnormalDeviation = 0x1p-150 / 3.0.squareRoot()
  /// u/√3.
  private static let deviation = 0x1p-24 / 3.0.squareRoot()

  private struct Target {
    let value: Value.ID
    let tensor: Tensor
    /// Nil for an initializer; else the node that makes the constant.
    let producer: Node.ID?
    let summation: Summation
  }

  private let graph: Graph
  private var targets: [Target] = []
  /// ΣK of the nodes that hold no weight.
  private var strayTerms = 1.0
  /// ΣK of all nodes.
  private var allTerms = 1.0
  private(set) var extent = RoundingExtent(depth: 0, terms: 0)

  init(_ graph: Graph, inputShapes: [Value.ID: [Int]]) throws(InferenceError) {
    self.graph = graph
    let types = try ShapeInference(graph, inputShapes: inputShapes)
    var seen: Set<Value.ID> = []
    var depths = [Int](repeating: 0, count: graph.valueCount)
    var terms = 0
    for node in graph.nodes {
      let summation = Summation(node, types)
      let above = node.inputs.compactMap { $0.map { depths[$0.index] } }.max() ?? 0
      for output in node.outputs.compactMap(\.self) {
        depths[output.index] = above + (summation == nil ? 0 : 1)
      }
      guard let summation else { continue }
      terms = max(terms, summation.terms)
      allTerms += Double(summation.terms)
      let found = node.operator.computedInputs(of: node.inputs.count)
        .compactMap { node.input($0) }.compactMap { target($0, summation) }
      if found.isEmpty { strayTerms += Double(summation.terms) }
      targets += found.filter { seen.insert($0.value).inserted }
    }
    extent = RoundingExtent(
      depth: graph.outputs.map { depths[$0.value.index] }.max() ?? 0, terms: terms)
  }

  /// The constant of Floats behind an input, by the value that a patch can replace.
  private func target(_ input: Value.ID, _ summation: Summation) -> Target? {
    guard let constant = try? graph.constant(input, assumingConstantInputs: true),
      constant.tensor.elementType == .float
    else { return nil }
    if case .initializer(let value) = constant.origin.storage {
      return Target(
        value: value, tensor: constant.tensor, producer: nil, summation: summation)
    }
    guard let producer = graph.producer(of: input), producer.outputs.count == 1 else { return nil }
    return Target(
      value: input, tensor: constant.tensor, producer: producer.id, summation: summation)
  }

  /// The network with its weights off by A·θ.
  func perturbed(using generator: inout SeededGenerator) throws(PatchError) -> Graph {
    var patch = GraphPatch()
    for target in targets {
      let tensor = target.summation.perturbing(
        target.tensor, deviation: Self.amplification * Self.deviation,
        subnormal: Self.amplification * Self.subnormalDeviation, using: &generator)
      if let producer = target.producer {
        patch.remove(producer)
        patch.shunt(target.value, to: patch.addInitializer(graph[target.value].name, tensor))
      } else {
        patch.replaceInitializer(target.value, with: tensor)
      }
    }
    var perturbed = graph
    if !patch.isEmpty { try perturbed.apply(patch) }
    return perturbed
  }

  /// σ and s of each channel of an output.
  ///
  /// - Parameter samples: what the network computes with perturbed weights.
  func spreads(
    of output: [Float], samples: [[Float]], _ channels: OutputChannels
  ) -> [RoundingSpread] {
    let scale = 1 / (Self.amplification * Self.amplification * Double(max(1, samples.count)))
    var largest = [Double](repeating: 0, count: channels.count)
    var answers = largest
    for (index, element) in output.enumerated() {
      let channel = channels[index]
      largest[channel] = max(largest[channel], Double(element.magnitude))
      let squares = samples.reduce(0.0) { sum, sample in
        let difference = Double(sample[index]) - Double(element)
        return sum + difference * difference
      }
      answers[channel] = max(answers[channel], squares)
    }
    let subnormal = Self.subnormalDeviation * allTerms.squareRoot()
    return zip(largest, answers).map { largest, answer in
      let rounding = Self.deviation * largest * strayTerms.squareRoot()
      return RoundingSpread(
        measured: (answer * scale).squareRoot(),
        charged: (rounding * rounding + subnormal * subnormal).squareRoot())
    }
  }

  /// t of an output of `count` elements.
  static func tolerance(_ a: RoundingSpread, _ b: RoundingSpread, count: Int) -> Double {
    RoundingSpread.deviations(count: count) * RoundingSpread.deviation(a, b)
  }

  /// What one channel's difference may be, in an output of `count` elements.
  static func channelTolerance(_ a: RoundingSpread, _ b: RoundingSpread, count: Int) -> Double {
    let k = (6 * Double(max(1, count)) * 1e12).squareRoot().squareRoot()
    return k * RoundingSpread.deviation(a, b)
  }
}
