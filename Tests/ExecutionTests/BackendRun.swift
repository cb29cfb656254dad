import Execution
import NetworkIR
import TensorCore
import TestSupport

/// One of ONNX's backend cases, run as a whole graph.
///
/// All inputs are given to the run. Where an operator must know some before a run, all that are not
/// of Floats (shapes, axes) become constants of the graph; where that is not enough (a scale, a
/// bound), all inputs but the first. A graph without outputs of Floats may have nothing to run: then
/// all its inputs become constants, and its outputs are evaluated.
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
      given[name] = tensor.read(as: declared.requiredInputs[index], of: declared)
      // Some files give what nobody reads in another shape than they declare.
      let input = declared.requiredInputs[index]
      if declared.consumers(of: input).isEmpty, let type = declared[input].declaredType,
        let shape = type.shape, let count = Shape.elementCount(shape)
      {
        given[name] =
          Tensor(rounding: Array(repeating: 0, count: count), to: type.elementType, shape: shape)
          ?? given[name]
      }
    }
    var expected: [Tensor] = []
    for (index, output) in declared.outputs.enumerated() {
      guard let tensor = try test.output(index) else { return "an output is no dense tensor" }
      expected.append(tensor.read(as: output.value, of: declared))
    }
    let floats = names.filter { given[$0]?.elementType == .float }
    var attempts = [names, floats, names.prefix(1).filter(floats.contains)]
    if !expected.contains(where: { $0.elementType == .float }) { attempts.append([]) }
    var reasons: [String] = []
    for (index, fed) in attempts.enumerated() where !attempts[..<index].contains(fed) {
      do throws(ExecutionError) {
        let outputs = try outputs(of: declared, given, fed: Set(fed))
        guard let outputs else { return "its graph cannot be built without the given inputs" }
        return difference(outputs, expected)
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
    return try run(exact: run.inputs.compactMap { given[session.graph[$0].name] })
  }

  private static func difference(_ found: [Tensor], _ expected: [Tensor]) -> String? {
    guard differs(found, expected) else { return nil }
    let isTruncated = zip(found, expected).allSatisfy { found, expected in
      guard found.elementType == .bfloat16, expected.elementType == .bfloat16 else { return false }
      // Rounding to nearest gives the truncated bits, or the next of greater magnitude.
      return zip(found.elements(as: UInt16.self), expected.elements(as: UInt16.self))
        .allSatisfy { $0 == $1 || $0 == $1 + 1 }
    }
    return isTruncated
      ? "its outputs were truncated to bfloat16, not rounded" : "differs from the stored outputs"
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

extension Tensor {
  /// The tensor in the type that `value` is declared of: the files hold bfloat16 as the integers of
  /// its bits.
  fileprivate func read(as value: Value.ID, of graph: Graph) -> Tensor {
    guard elementType == .uint16, graph[value].declaredType?.elementType == .bfloat16 else {
      return self
    }
    return Tensor(.bfloat16, elements(as: UInt16.self), shape)
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
    case .evaluation(_, _, _, let failure): "it has no result: \(failure)"
    case .notANumber: "a constant with NaN"
    case .kernel: "no primitive for its shapes"
    default: "\(self)"
    }
  }
}
