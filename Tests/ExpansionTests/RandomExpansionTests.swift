import Execution
import Expansion
import Foundation
import NetworkIR
import TensorCore
import TestSupport
import Testing

/// Cases in a block: each block is one test, and names the seeds that fail in it.
private let blockSize: UInt64 = 25

#if Exhaustive
  private let problems: UInt64 = 30_000
#else
  /// The fewest that show everything that there is to choose.
  private let problems: UInt64 = 3_000
#endif

/// As many as `EXPANDC_PROBLEMS` says, or the trait: their seeds are the numbers from 0.
private let blocks: UInt64 = {
  let wanted = ProcessInfo.processInfo.environment["EXPANDC_PROBLEMS"].flatMap(UInt64.init)
  return max(3_000, wanted ?? problems) / blockSize
}()

/// Random convolutions, Gemms and MatMuls under random options: expanded, contracted and compared,
/// in Double and in Float, each by way of a file.
@Suite struct `Random expansions` {
  private static func seeds(_ block: UInt64) -> Range<UInt64> {
    block * blockSize..<(block + 1) * blockSize
  }

  @Test func `most problems expand, by every strategy and over the whole range of numbers`() {
    var strategies: [ExpansionStrategy: Int] = [:]
    var refused: [RandomProblem.Refusal: Int] = [:]
    var kinds: [RandomProblem.Kind: Int] = [:]
    var channels: Set<Int> = []
    var extents: [Int: Set<Int>] = [:]
    var strides: [Int: Set<Int>] = [:]
    var dilations: [Int: Set<Int>] = [:]
    for seed in 0..<blocks * blockSize {
      let problem = RandomProblem(seed: seed)
      switch problem.prediction {
      case .refused(let refusal): refused[refusal, default: 0] += 1
      case .searched: refused[.tooNarrow, default: 0] += 1
      case .expanded(let strategy, _):
        strategies[strategy, default: 0] += 1
        kinds[problem.kind, default: 0] += 1
        channels.formUnion([problem.inputs, problem.outputs])
        let rank = problem.kernel.count
        extents[rank, default: []].formUnion(problem.kernel)
        strides[rank, default: []].formUnion(problem.strides)
        dilations[rank, default: []].formUnion(problem.dilations)
      }
    }
    let expanded = strategies.values.reduce(0, +)
    print("\(expanded) of \(blocks * blockSize) random problems expand: \(strategies), \(kinds)")
    print("the others are refused: \(refused)")
    let many = Int(blocks * blockSize) / 15
    #expect(expanded >= 10 * many)
    #expect(ExpansionStrategy.allCases.allSatisfy { strategies[$0] ?? 0 >= many })
    #expect(RandomProblem.Kind.allCases.allSatisfy { kinds[$0] ?? 0 >= many })
    #expect(channels == Set(1...17))
    for rank in 1...3 {
      // Of one axis, a kernel of 1 has nothing to expand.
      #expect(extents[rank] == Set((rank == 1 ? 2 : 1)...11))
      #expect(strides[rank] == Set(1...4))
      #expect(dilations[rank] == Set(1...3))
    }
  }

  @Test(arguments: 0..<blocks)
  private func `expanded and contracted, they compute what they did`(block: UInt64) throws {
    for seed in Self.seeds(block) {
      let problem = RandomProblem(seed: seed)
      for elementType in [ElementType.double, .float] {
        do {
          switch try RandomRoundTrip.run(problem, elementType) {
          case .refused(let refusal):
            let expected = problem.prediction
            #expect(expected.allows(.refused(refusal)), "\(problem)")
          case .done(let trip):
            for disagreement in try trip.disagreements() {
              Issue.record("\(problem): \(disagreement)")
            }
          }
        } catch {
          Issue.record("\(problem): \(elementType): \(error)")
        }
      }
    }
  }

  /// A Float sum in any order is within roundings · 2⁻²⁴ of the magnitudes; 2 more for the rest of
  /// the series and the twin's own arithmetic.
  @Test(arguments: 0..<blocks)
  private func `what runs them computes that too`(block: UInt64) throws {
    for seed in Self.seeds(block) {
      let problem = RandomProblem(seed: seed)
      guard case .done(let trip) = try RandomRoundTrip.run(problem, .float) else { continue }
      for model in [trip.expanded, trip.contracted] {
        let image = problem.image()
        let twin = try NaiveNetwork(model.graph, ["x": image])
        let name = model.graph[model.graph.outputs[0].value].name
        let expected = try twin[name]
        let session = try Session(model.graph, threads: 1)
        let shapes = [session.graph.inputs[0].value: image.shape]
        let output = try session.inference(inputShapes: shapes)([image.floats])[0]
        var bound = expected.magnitude
        for index in bound.elements.indices {
          bound.elements[index] *= Double(expected.roundings + 2) * 0x1p-24
        }
        let actual = NaiveTensor(output.shape, output.doubles ?? [])
        if let disagreement = actual.disagreement(with: expected.value, within: bound) {
          Issue.record("\(problem): \(disagreement)")
        }
      }
      break
    }
  }
}
