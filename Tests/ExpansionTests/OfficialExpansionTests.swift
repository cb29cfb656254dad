import Execution
import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// ONNX's own cases of one node with weights, most of them made by PyTorch: expanded so that the
/// function is kept, and contracted again, they still give the outputs that come with them.
@Suite(.enabled(if: BackendCase.isInstalled, "libonnx-testdata is not installed"))
struct `Official expansions` {
  /// How many cases of each operator a suite has.
  private static let counts: [String: [Name: Int]] = [
    "pytorch-converted": ["Conv": 26, "ConvTranspose": 2, "Gemm": 1, "MatMul": 1],
    "pytorch-operator": ["Conv": 1, "ConvTranspose": 1, "Gemm": 2],
    "node": ["Conv": 6, "ConvTranspose": 10, "Gemm": 11, "MatMul": 3],
  ]

  /// What can't be expanded, and why.
  private static let refused: [String: SkipReason] = [
    // Both of its Gemms read the one weight.
    "test_operator_addmm": .shared(.weight, "1", with: [""]),
    "test_matmul_3d": .weightIsBatch([2, 4, 3]),
    "test_matmul_4d": .weightIsBatch([1, 2, 4, 3]),
  ]

  private static let flags: [ExpansionOptions] = [
    options {
      $0.rate = 1
      $0.strideAt = .last
      $0.assumesConstantInputs = true
    },
    options {
      $0.assumesConstantInputs = true
      $0.rate = 2.5
      $0.fullyConnectedFactors = 2
      $0.intermediateBias = .all
    },
  ]

  @Test(arguments: ["node", "pytorch-converted", "pytorch-operator"])
  func `expanded and contracted, the cases give the stored outputs`(suite: String) throws {
    var counts: [Name: Int] = [:]
    for test in try BackendCase.cases(suite) {
      guard let example = try OfficialExample(test) else { continue }
      counts[example.operatorName, default: 0] += 1
      for options in Self.flags {
        let (expanded, report) = try Expander(options).expand(example.model)
        let reasons = report.rows.compactMap { row -> SkipReason? in
          if case .skipped(let reason) = row.result, row.node != OfficialExample.head {
            reason
          } else {
            nil
          }
        }
        #expect(reasons.last == Self.refused[test.name], "\(test.name)")
        guard reasons.isEmpty else { continue }
        #expect(report.unitCount == 1, "\(test.name)")
        let (contracted, contraction) = try Contractor().contract(expanded)
        #expect(contraction.units.count == 1, "\(test.name)")
        if test.name == "test_Linear_no_bias" {
          // Its weight comes out of a Transpose, which contraction leaves behind.
          #expect(contraction.units[0].notes == [.stored("2")])
        } else {
          #expect(Structure(contracted) == Structure(example.model), "\(test.name)")
        }
        for (model, state) in [(expanded, "expanded"), (contracted, "contracted")] {
          try expect(example, model, "\(test.name), \(state)")
        }
      }
    }
    #expect(counts == Self.counts[suite])
  }

  /// The outputs of the naive twins and of the executor, within the tolerance of ONNX's own runner.
  private func expect(_ example: OfficialExample, _ model: Model, _ context: String) throws {
    let twin = try NaiveNetwork(
      model.graph, ["x": NaiveTensor(example.input.shape, example.input.doubles ?? [])])
    let session = try Session(model.graph, threads: 1)
    let shapes = [session.graph.requiredInputs[0]: example.input.shape]
    let output = try session.inference(inputShapes: shapes)([example.input.floats ?? []])[0]
    let expected = NaiveTensor(example.output.shape, example.output.doubles ?? [])
    var bound = expected.magnitudes
    for index in bound.elements.indices { bound.elements[index] *= 1e-3 }
    for index in bound.elements.indices { bound.elements[index] += 1e-7 }
    let results = [
      ("twin", try twin[OfficialExample.output].value),
      ("run", NaiveTensor(output.shape, output.doubles ?? [])),
    ]
    for (what, actual) in results {
      if let disagreement = actual.disagreement(with: expected, within: bound) {
        Issue.record("\(context), \(what): \(disagreement)")
      }
    }
  }
}
