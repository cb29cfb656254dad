import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct VerificationInputTests {
  /// x → operator → y.
  private func graph(
    _ type: Name = "Relu", input: Name = "x", output: Name = "y",
    shape: [Dimension] = [.symbolic("batch"), .fixed(3)]
  ) throws -> Graph {
    var builder = GraphBuilder(name: "g", opset: 17)
    builder.addInput(input, type: ValueType(.float, shape))
    builder.addNode(
      name: "n", type: OperatorType(type), attributes: [:], inputs: [input], outputs: [output])
    builder.addOutput(output, type: nil)
    return try builder.build()
  }

  private func error(
    _ a: Graph, _ b: Graph, _ change: (inout ComparisonOptions) -> Void = { _ in }
  ) -> ComparisonError? {
    var options = ComparisonOptions()
    options.threads = 1
    change(&options)
    do throws(ComparisonError) {
      _ = try ModelComparison.compare(a, b, options: options)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a network computes what it does itself, to the bit`() throws {
    let report = try compare(graph(), graph())
    #expect(report.passed)
    #expect(report.rows.map(\.kind) == [.normal, .constant])
    #expect(report.rows.allSatisfy { $0.maxAbsoluteError == 0 && $0.maxULP == 0 })
    #expect(report.rows.allSatisfy { $0.argmaxAgreement == 1 })
  }

  @Test func `only images have a border to stress`() throws {
    let image: [Dimension] = [.unknown, .fixed(2), .fixed(4), .fixed(4)]
    let report = try compare(graph(shape: image), graph(shape: image))
    #expect(report.rows.map(\.kind) == [.normal, .border, .constant])
  }

  @Test func `the report tells by how much, in every measure`() throws {
    // Of x = (1, −2, 4): relu gives (1, 0, 4), the identity x itself.
    var options = ComparisonOptions()
    options.inputs = ["x": Tensor([1, -2, 4] as [Float], shape: [1, 3])]
    let report = try ModelComparison.compare(
      graph(), graph("LeakyRelu"), options: options)
    let row = try #require(report.worst)
    // LeakyRelu's slope is 0.01, as a Float.
    #expect(row.kind == .given)
    #expect(row.maxAbsoluteError == Double(Float(0.01) * 2))
    #expect(row.maxRelativeError == Double(Float(0.01) * 2) / 4)
    #expect(row.maxElementwiseError == 1)
    #expect(row.maxULP == Int((Float(0.01) * 2).bitPattern))
    #expect(row.argmaxAgreement == 1)
    #expect(!report.passed)
  }

  @Test func `networks of other inputs or outputs are not compared`() throws {
    guard case .differentInputs(["x"], ["z"])? = try error(graph(), graph(input: "z")) else {
      Issue.record("inputs")
      return
    }
    guard case .differentOutputs(["y"], ["z"])? = try error(graph(), graph(output: "z")) else {
      Issue.record("outputs")
      return
    }
    let wide: [Dimension] = [.fixed(2), .fixed(5)]
    guard case .differentInputShapes("x", _, wide)? = try error(graph(), graph(shape: wide)) else {
      Issue.record("shapes")
      return
    }
  }

  @Test func `extents that are open and no batch must be given`() throws {
    let open: [Dimension] = [.symbolic("n"), .unknown]
    let graph = try graph(shape: open)
    guard case .input(.open("x", open, suggested: [1, 1]))? = error(graph, graph) else {
      Issue.record("open")
      return
    }
    #expect(error(graph, graph) { $0.inputShapes["x"] = [2, 7] } == nil)
    guard
      case .input(.unknown("q", known: ["x"]))? = error(graph, graph, { $0.inputShapes["q"] = [1] })
    else {
      Issue.record("name")
      return
    }
    guard
      case .input(.tooLarge("x", _))? = error(
        graph, graph, { $0.inputShapes["x"] = [1 << 40, 1 << 40] })
    else {
      Issue.record("size")
      return
    }
  }

  @Test func `given tensors must be of the declared type and shape`() throws {
    let graph = try graph()
    let long = Tensor([1, 2] as [Float], shape: [1, 2])
    guard case .input(.shape("x", _, [1, 2]))? = error(graph, graph, { $0.inputs["x"] = long })
    else {
      Issue.record("shape")
      return
    }
    let integers = Tensor([1, 2, 3] as [Int64], shape: [1, 3])
    guard
      case .input(.elementType("x", expected: .float, given: .int64))? = error(
        graph, graph, { $0.inputs["x"] = integers })
    else {
      Issue.record("type")
      return
    }
  }

  @Test func `a network that can't be run here is told from one that is wrong`() throws {
    let unknown = try graph("Einsum")
    let problem = try #require(try error(graph(), unknown))
    #expect(problem.isUnsupported)
    guard case .execution(.second, .unsupported(let type, "n", 0, _)) = problem else {
      Issue.record("\(problem)")
      return
    }
    #expect(type == OperatorType("Einsum"))
  }
}
