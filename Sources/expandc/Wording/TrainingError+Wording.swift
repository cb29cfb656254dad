import Execution
import NetworkIR
import Training

extension TrainingError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .classes(let network, let data):
      Diagnostic(
        .malformed,
        "the data has \(data) classes and the model's first output has \(network)",
        next: "give a model of at least \(data) classes, or other --data")
    case .emptyData:
      Diagnostic(.malformed, "the data set has no images", next: "give other --data")
    case .weightsNotFinite(let epoch, let step, let tensor):
      Diagnostic(
        .checkFailed, "the tensor '\(tensor)' is not finite after the step",
        at: "epoch \(epoch), step \(step)",
        next: "look for NaN in the data, or try a smaller --learning-rate")
    case .stepNotFinite(let step):
      Diagnostic(
        .checkFailed, Self.words(step), at: "epoch \(step.epoch), step \(step.step)",
        next: "look for NaN in the data, or try a smaller --learning-rate")
    }
  }

  private static func words(_ step: NotFiniteStep) -> String {
    let quantity =
      switch step.quantity {
      case .loss: "the loss"
      case .gradient(let parameter): "the gradient of '\(parameter)'"
      }
    return [
      "\(quantity) is not finite", step.output.map(Self.words),
      step.weight.map { "the weight '\($0)' was not finite before" },
    ].compactMap(\.self).joined(separator: "; ")
  }

  private static func words(_ output: NotFiniteOutput) -> String {
    let node = output.node.isEmpty ? "a node without a name" : "'\(output.node)'"
    return output.isGradient
      ? "all outputs are, and the first gradient that isn't is at \(node) (\(output.action))"
      : "the output of \(node) (\(output.action)) is the first that isn't"
  }
}
