import Execution
import NetworkIR

extension ExecutionError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .unsupported(let type, let node, let index, let detail):
      Diagnostic(
        .unsupported,
        ["cannot run the operator \(type)", detail].compactMap(\.self).joined(separator: " "),
        at: "node \(index) '\(node)'",
        next: "expand, contract, inspect and diff take the model all the same")
    case .notDifferentiable(let action, let node):
      Diagnostic(
        .unsupported, "\(action) has no gradient", at: "node '\(node)'",
        next: "train a model without it, or one in which no parameter comes before it")
    case .unknownShape(let value):
      Diagnostic(
        .unsupported, "the shape of '\(value)' stays unknown though the inputs' are known",
        next: "export the model with fixed shapes")
    case .notConstant(let value, let node):
      Diagnostic(
        .unsupported, "the value '\(value)' is not constant", at: "node '\(node)'",
        next: "export the model with a constant in its place")
    case .unsupportedElementType(let value, let type):
      Diagnostic(
        .unsupported, "cannot compute with '\(value)' of type \(type.elementType)",
        next: "export the model with float in its place")
    case .inputShape(let name, let expected, let given):
      Diagnostic(
        .malformed,
        "the input '\(name)' takes \(expected.map(\.description).joined(separator: "×")) "
          + "and was given \(given.byTimes)",
        next: Self.batchFlag(expected, given) ?? "give it what it takes")
    case .outputShape(let name, let shape):
      Diagnostic(
        .unsupported,
        "the first output '\(name)' of shape \(shape.byTimes) is no logits of batch×classes",
        next: "give a classifier whose first output is its logits")
    case .inputCount(let names):
      Diagnostic(
        .unsupported,
        names.isEmpty
          ? "the model has no input"
          : "the model has \(names.count) inputs: \(names.map(\.description).joined(separator: ", "))",
        next: "training and evaluation take a model with one input, of images")
    case .notANumber(let value):
      Diagnostic(
        .malformed, "the tensor '\(value)' has elements that are not numbers",
        next: "export or train the model again")
    case .noTrainableParameters:
      Diagnostic(
        .unsupported, "the model has no parameters that its first output depends on",
        next: "give a model whose weights are initializers and feed its first output")
    case .kernel(let error): error.diagnostic
    case .inference(let error): error.diagnostic
    case .evaluation(let node, let index, let type, let failure):
      Diagnostic(
        .malformed, "\(type) has no result here: \(failure.sentence)",
        at: place(of: node, index),
        next: "give the network other inputs, or correct what the node reads")
    case .rewrite:
      Diagnostic(.malformed, "a graph with its shared initializers untied does not verify")
    case .outOfMemory(let bytes):
      Diagnostic(
        .unsupported, "there is no memory for the \(bytes.grouped) bytes that a run needs",
        next: "give it fewer images at once")
    case .batchTooLarge(let batch, let bytes, let available, let largest):
      Diagnostic(
        .unsupported,
        bytes.map {
          "a batch of \(batch.grouped) needs \($0.grouped) bytes of memory"
            + ($0 > available ? ", and there are " : " besides its code, and there are in all ")
            + available.grouped
        } ?? "a batch of \(batch.grouped) needs more than the \(available.grouped) bytes of memory "
          + "that there are",
        next: largest.map { "the largest that fits is --batch-size \($0)" }
          ?? "not even one image fits: free memory, or raise a limit of `ulimit -v`")
    }
  }

  /// The flag to paste where only the batch doesn't fit.
  private static func batchFlag(_ expected: [Dimension], _ given: [Int]) -> String? {
    guard let batch = expected.first?.extent, batch > 0, expected.count == given.count,
      zip(expected, given).dropFirst().allSatisfy({ $0.extent == nil || $0.extent == $1 })
    else { return nil }
    return "add --batch-size \(batch)"
  }
}
