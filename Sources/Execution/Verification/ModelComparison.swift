package import NetworkIR
import Rewriting
import TensorCore

/// Runs two networks on the same inputs, in inference mode, and says whether they compute the same.
package enum ModelComparison {
  /// How often `compare` runs each of the two networks, at most: on three kinds of inputs, with the
  /// weights as they are and as `RoundingModel` moves them.
  package static let runsPerNetwork = 3 * (1 + RoundingModel.sampleCount)

  /// Compares all outputs on every kind of input that the options and the inputs' ranks allow.
  ///
  /// - Returns: errors beside what rounding can explain, see `RoundingModel`; a report that hasn't
  ///   passed is no error. `ComparisonError.isUnsupported` tells a network that is valid and can't
  ///   be run here.
  package static func compare(
    _ first: Graph, _ second: Graph, options: ComparisonOptions = ComparisonOptions()
  ) throws(ComparisonError) -> ComparisonReport {
    let inputs = try ComparisonInputs(first, second, options)
    var generator = SeededGenerator(seed: options.seed, stream: 1 << 32)
    let a = try MeasuredNetwork(first, inputs, options.threads, side: .first, using: &generator)
    let b = try MeasuredNetwork(second, inputs, options.threads, side: .second, using: &generator)
    var rows: [ComparisonReport.Row] = []
    for (index, kind) in inputs.kinds.map(\.kind).enumerated() {
      for (port, pair) in zip(first.outputs, zip(a.outputs[index], b.outputs[index])) {
        let name = first[port.value].name
        guard pair.0.shape == pair.1.shape else {
          throw .differentOutputShapes(name, pair.0.shape, pair.1.shape)
        }
        rows.append(row(kind, name, pair.0, pair.1))
      }
    }
    return ComparisonReport(
      rows: rows, unresponsive: unresponsive(first, a, rows), first: a.extent, second: b.extent)
  }

  private static func unresponsive(
    _ graph: Graph, _ network: MeasuredNetwork, _ rows: [ComparisonReport.Row]
  ) -> [Name] {
    graph.outputs.enumerated().compactMap { index, port in
      let name = graph[port.value].name
      let tolerance = rows.filter { $0.output == name }.map(\.tolerance).max() ?? 0
      guard let range = network.range(ofOutput: index), range <= tolerance else { return nil }
      return name
    }
  }

  private static func row(
    _ kind: InputKind, _ output: Name, _ a: MeasuredNetwork.Output, _ b: MeasuredNetwork.Output
  ) -> ComparisonReport.Row {
    let channels = OutputChannels(a.shape, elements: a.elements.count)
    let difference = OutputDifference(a.elements, b.elements, channels)
    let count = a.elements.count
    let spreads = (RoundingSpread.largest(of: a.spreads), RoundingSpread.largest(of: b.spreads))
    let tolerance = RoundingModel.tolerance(spreads.0, spreads.1, count: count)
    let channelRows = zip(difference.absolutes, zip(a.spreads, b.spreads)).enumerated()
      .map { index, row in
        let own = RoundingModel.channelTolerance(row.1.0, row.1.1, count: count)
        return ComparisonReport.Channel(
          index: index, maxAbsoluteError: row.0, tolerance: min(tolerance, own))
      }
    let worst = channelRows.max { $0.severity < $1.severity }
    let elementwise = difference.elementwise(above: tolerance)
    return ComparisonReport.Row(
      kind: kind, output: output, maxAbsoluteError: difference.absolute,
      maxRelativeError: difference.relative, maxElementwiseError: elementwise.relative,
      maxULP: elementwise.ulp,
      argmaxAgreement: OutputDifference.argmaxAgreement(a.elements, b.elements, shape: a.shape),
      tolerance: tolerance,
      channel: worst ?? .init(index: 0, maxAbsoluteError: 0, tolerance: tolerance),
      deviations: RoundingSpread.deviations(count: count), first: spreads.0, second: spreads.1)
  }
}

/// What a network computes from each kind of input, and how its roundings move that.
private struct MeasuredNetwork {
  struct Output {
    let elements: [Float]
    let shape: [Int]
    /// Of its rounding errors, by channel.
    let spreads: [RoundingSpread]
  }

  /// By kind of input, then by output.
  let outputs: [[Output]]
  let extent: RoundingExtent

  /// By how much an output's elements differ from image to image, at most; nil for a single image.
  func range(ofOutput index: Int) -> Double? {
    var images: [ArraySlice<Float>] = []
    for output in outputs.map({ $0[index] }) {
      guard let count = output.shape.first, count > 0 else { return nil }
      let length = output.elements.count / count
      images += (0..<count).map { output.elements[$0 * length..<($0 + 1) * length] }
    }
    guard let first = images.first, images.count > 1 else { return nil }
    return images.dropFirst().reduce(0) { range, image in
      zip(first, image).reduce(range) { max($0, Double(($1.0 - $1.1).magnitude)) }
    }
  }

  init(
    _ graph: Graph, _ inputs: ComparisonInputs, _ threads: Int?, side: ComparisonError.Side,
    using generator: inout SeededGenerator
  ) throws(ComparisonError) {
    do {
      (outputs, extent) = try Self.measure(
        graph, inputs.kinds.map(\.inputs), threads, using: &generator)
    } catch {
      throw .execution(side, error)
    }
  }

  private static func measure(
    _ graph: Graph, _ inputs: [NetworkInputs], _ threads: Int?,
    using generator: inout SeededGenerator
  ) throws(ExecutionError) -> ([[Output]], RoundingExtent) {
    guard let first = inputs.first else { return ([], RoundingExtent(depth: 0, terms: 0)) }
    let results = try run(graph, inputs, threads)
    let model: RoundingModel
    do { model = try RoundingModel(graph, inputShapes: first.shapes(in: graph)) } catch {
      throw .inference(error)
    }
    var samples: [[[Tensor]]] = []
    for _ in 0..<RoundingModel.sampleCount {
      let perturbed: Graph
      do { perturbed = try model.perturbed(using: &generator) } catch {
        throw .rewrite(.patch(error, node: graph.name))
      }
      samples.append(try run(perturbed, inputs, threads))
    }
    let outputs = results.enumerated().map { kind, tensors in
      tensors.enumerated().map { index, tensor in
        let elements = tensor.floats ?? []
        let moved = samples.map { $0[kind][index].floats ?? [] }
        let channels = OutputChannels(tensor.shape, elements: elements.count)
        return Output(
          elements: elements, shape: tensor.shape,
          spreads: model.spreads(of: elements, samples: moved, channels))
      }
    }
    return (outputs, model.extent)
  }

  /// The outputs by kind of input, which are all of the same shapes.
  private static func run(
    _ graph: Graph, _ inputs: [NetworkInputs], _ threads: Int?
  ) throws(ExecutionError) -> [[Tensor]] {
    guard let first = inputs.first else { return [] }
    let session = try Session(graph, threads: threads)
    let run = try session.inference(inputShapes: first.shapes(in: session.graph))
    var results: [[Tensor]] = []
    for tensors in inputs {
      results.append(try run(exact: tensors.tensors(of: run.inputs, in: session.graph)))
    }
    return results
  }
}
