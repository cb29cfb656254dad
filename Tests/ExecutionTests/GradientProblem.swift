import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// A graph whose tensors are initializers, so that they are its parameters, and its naive twin.
struct GradientProblem {
  typealias Twin = ([NaiveTensor]) -> NaiveTensor

  /// An input of a graph's only node.
  enum Operand {
    case parameter(NaiveTensor)
    /// What the operator reads before a run: axes, extents, scales, bounds.
    case integers([Int])
    case floats([Float], shape: [Int])
    case none
  }

  let graph: Graph
  /// In the order that the twin takes them.
  let parameters: [(name: Name, value: NaiveTensor)]
  /// What the graph computes from its parameters.
  let twin: Twin
  /// The sums of the magnitudes of the products that make each element, of positive parameters.
  let magnitude: Twin
  /// The most products that one element of the output, or of a gradient, is the sum of.
  let terms: Int
  /// Half the width of the central differences. Those of functions that are linear or quadratic in
  /// each parameter, or are so between kinks further off than this, err by Double's rounding alone.
  let step: Double
  /// What the problem allows beyond `terms` roundings, in parts of each element's magnitude.
  let slack: Double

  init(
    _ graph: Graph, _ parameters: [(name: Name, value: NaiveTensor)], terms: Int,
    step: Double = 1, slack: Double = 0, magnitude: Twin? = nil, twin: @escaping Twin
  ) {
    self.graph = graph
    self.parameters = parameters
    self.terms = terms
    self.step = step
    self.slack = slack
    self.magnitude = magnitude ?? twin
    self.twin = twin
  }

  /// A graph of one node.
  init(
    _ type: Name, _ attributes: Attributes = [:], _ operands: [Operand], opset: Int = 13,
    terms: Int, step: Double = 1, slack: Double = 0, magnitude: Twin? = nil,
    twin: @escaping Twin
  ) throws {
    var parameters: [(Name, NaiveTensor)] = []
    let constants = operands.enumerated().map { index, operand -> SingleNodeGraph.Operand in
      switch operand {
      case .parameter(let value):
        parameters.append((Name("in\(index)"), value))
        return .constant(Tensor(value.floats, shape: value.shape))
      case .integers(let elements):
        return .constant(Tensor(elements.map(Int64.init), shape: [elements.count]))
      case .floats(let elements, let shape): return .constant(Tensor(elements, shape: shape))
      case .none: return .none
      }
    }
    self.init(
      try SingleNodeGraph(type, attributes, constants, opset: opset).graph, parameters,
      terms: terms, step: step, slack: slack, magnitude: magnitude, twin: twin)
  }

  var description: String {
    graph.nodes.map { node in
      "\(node.type) "
        + node.attributes.elements.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }.joined(separator: ", ")
      + " on " + parameters.map { "\($0.value.shape)" }.joined(separator: " ")
  }
}

extension GradientProblem {
  /// Expects the output to be the twin's, and the gradient of Σ seed·output by every parameter to
  /// be central differences of the twin's, in Double, at a sample of the elements.
  ///
  /// Both within the bound of their Float sums (`roundingBound`): the magnitudes of an element's
  /// products add up to the element of `magnitude`, or of its gradient, at the parameters' own.
  func expectAgreement(
    seed: UInt64, mode: TrainingMode = .automatic,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let context: Comment = "seed \(seed): \(description)"
    var generator = SeededGenerator(seed: seed, stream: 1)
    let values = parameters.map(\.value)
    let sizes = values.map(\.magnitudes)
    let expected = twin(values)
    let g = NaiveTensor(random: expected.shape, using: &generator)

    let session = try Session(graph, threads: 1)
    let run = try session.vectorJacobian(mode: mode)
    #expect(run.outputShape == expected.shape, context, sourceLocation: sourceLocation)
    guard run.outputShape == expected.shape else { return }
    let (output, gradients) = try run(seed: g.floats)
    let floats = try #require(output.floats)
    let found = NaiveTensor(expected.shape, floats.map(Double.init))
    let disagreement = found.disagreement(
      with: expected, within: bound(magnitude(sizes), rounding: 0))
    #expect(disagreement == nil, context, sourceLocation: sourceLocation)

    // The losses themselves are Double sums of no more than terms·outputs products.
    let loss = g.magnitudes.inner(magnitude(sizes))
    let rounding = Double(terms + expected.elements.count) * 0x1p-53 * loss / step
    let names = run.parameters.map { session.graph[$0].name }
    #expect(
      Set(names) == Set(parameters.map(\.name)), context, sourceLocation: sourceLocation)
    for (index, parameter) in parameters.enumerated() {
      let position = try #require(names.firstIndex(of: parameter.name))
      let shape = parameter.value.shape
      #expect(gradients[position].count == shape.reduce(1, *))
      let gradient = NaiveTensor(shape, gradients[position].map(Double.init))
      let sample = parameter.value.sample(16, using: &generator)
      let slopes = parameter.value.gradient(step: step, at: sample) {
        g.inner(twin(values.replacing(index, by: $0)))
      }
      let size = parameter.value.magnitudes.gradient(step: step, at: sample) {
        g.magnitudes.inner(magnitude(sizes.replacing(index, by: $0)))
      }
      let disagreement = gradient.selecting(sample).disagreement(
        with: slopes, within: bound(size, rounding: rounding))
      #expect(
        disagreement == nil, "gradient by \(parameter.name), elements \(sample), \(context)",
        sourceLocation: sourceLocation)
    }
  }

  /// The rounding bound, the slack, and `rounding`.
  private func bound(_ size: NaiveTensor, rounding: Double) -> NaiveTensor {
    let bound = size.roundingBound(terms: terms)
    return NaiveTensor(
      size.shape,
      zip(bound.elements, size.elements).map { $0 + slack * $1.magnitude + rounding })
  }
}

extension Array where Element == NaiveTensor {
  func replacing(_ index: Int, by value: NaiveTensor) -> [NaiveTensor] {
    var copy = self
    copy[index] = value
    return copy
  }
}

extension GraphBuilder {
  /// Adds an initializer of those elements.
  mutating func addParameter(_ name: Name, _ value: NaiveTensor) {
    addInitializer(name, Initializer(Tensor(value.floats, shape: value.shape)))
  }
}

extension SeededGenerator {
  /// A uniform integer of `range`.
  mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// `count` uniform integers of `range`.
  mutating func picks(_ count: Int, _ range: ClosedRange<Int>) -> [Int] {
    (0..<count).map { _ in pick(range) }
  }

  mutating func tensor(_ shape: [Int], in range: Range<Double> = -1..<1) -> NaiveTensor {
    NaiveTensor(random: shape, in: range, using: &self)
  }

  /// A tensor of a random shape, of elements of `range` no nearer than 1/16 to a kink, which no
  /// difference of width 2⁻¹⁰ crosses.
  mutating func smallTensor(
    in range: Range<Double> = -4..<4, avoiding kinks: [Double] = []
  ) -> NaiveTensor {
    tensor(picks(pick(1...4), 1...4), in: range).map { x in
      kinks.first { ($0 - x).magnitude < 0x1p-4 }.map { $0 + 0x1p-4 } ?? x
    }
  }
}
