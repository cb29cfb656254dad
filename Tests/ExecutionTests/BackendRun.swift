import Execution
import NetworkIR
import TensorCore
import TestSupport

/// One of ONNX's backend cases, run as a whole graph.
///
/// Inputs of Floats are given to the run. All others feed shapes, axes or indices, and become
/// constants of the graph; where the operator must know an input of Floats before a run too (a
/// scale, a bound), all inputs but the first do. A graph without outputs of Floats has nothing to
/// run: all its inputs become constants, and its outputs are evaluated.
struct BackendRun {
  /// Why a case does not run, as the manifest lists it; nil where it passes.
  let reason: String?

  init(_ test: BackendCase) {
    do { reason = try Self.run(test) } catch { reason = "its files cannot be read" }
  }

  private static func run(_ test: BackendCase) throws -> String? {
    guard let declared = try? test.model().graph else { return "its model cannot be read" }
    let names = declared.requiredInputs.map { declared[$0].name }
    var given: [Name: Tensor] = [:]
    for (index, name) in names.enumerated() {
      guard let tensor = try test.input(index) else { return "an input is no dense tensor" }
      given[name] = tensor
    }
    var expected: [Tensor] = []
    for index in declared.outputs.indices {
      guard let tensor = try test.output(index) else { return "an output is no dense tensor" }
      expected.append(tensor)
    }
    let floats = names.filter { given[$0]?.elementType == .float }
    var attempts = [floats, names.prefix(1).filter(floats.contains)]
    if !expected.contains(where: { $0.elementType == .float }) { attempts.append([]) }
    var reasons: [String] = []
    for (index, fed) in attempts.enumerated() where !attempts[..<index].contains(fed) {
      do throws(ExecutionError) {
        let outputs = try outputs(of: declared, given, fed: Set(fed))
        guard let outputs else { return "its graph cannot be built without the given inputs" }
        return differs(outputs, expected) ? "differs from the stored outputs" : nil
      } catch { reasons.append(error.reason) }
    }
    return reasons.last { !$0.hasSuffix("must be known before a run") } ?? reasons[0]
  }

  private static func outputs(
    of declared: Graph, _ given: [Name: Tensor], fed: Set<Name>
  ) throws(ExecutionError) -> [Tensor]? {
    guard let graph = try? declared.undeclared(constants: given.filter { !fed.contains($0.key) })
    else { return nil }
    let session = try Session(graph, threads: 1)
    let inputs = session.graph.requiredInputs
    let shapes = inputs.map { given[session.graph[$0].name]?.shape ?? [] }
    let run = try session.inference(
      inputShapes: Dictionary(uniqueKeysWithValues: zip(inputs, shapes)))
    return try run(run.inputs.map { given[session.graph[$0].name]?.floats ?? [] })
  }

  /// The tolerance of ONNX's own runner: 1e-7 and 1e-3 of the expected element.
  private static func differs(_ found: [Tensor], _ expected: [Tensor]) -> Bool {
    found.count != expected.count
      || zip(found, expected).contains { found, expected in
        guard found.shape == expected.shape, found.elementType == expected.elementType else {
          return true
        }
        guard let a = found.doubles, let b = expected.doubles else { return found != expected }
        return zip(a, b).contains { a, b in
          a != b && !(a.isNaN && b.isNaN) && !((a - b).magnitude <= 1e-7 + 1e-3 * b.magnitude)
        }
      }
  }
}

extension ExecutionError {
  /// What a case is listed with: as short as it can be, without names of the case's own.
  fileprivate var reason: String {
    switch self {
    case .unsupported(let type, _, _, let detail):
      "\(type.name) \(detail ?? "is not among the operators that run")"
    case .notConstant: "an input must be known before a run"
    case .unknownShape: "a shape is not known before a run"
    case .unsupportedElementType(_, let type): "a tensor of \(type.elementType)"
    case .inference(let error): "its shapes do not fit: \(error)"
    case .notANumber: "a constant with NaN"
    case .kernel: "no primitive for its shapes"
    default: "\(self)"
    }
  }
}
