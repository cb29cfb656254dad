import Execution
import NetworkIR
import Training

extension TrainingError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .classes(let network, let data):
      Diagnostic(
        .malformed,
        "the data has \(data) classes and the model's first output has \(network)")
    case .emptyData: Diagnostic(.malformed, "the data set has no images")
    case .weightsNotFinite(let epoch, let tensor):
      Diagnostic(
        .checkFailed, "the tensor '\(tensor)' is not finite", at: "after epoch \(epoch)",
        next: "look for NaN in the data, or try a smaller --learning-rate; nothing was written")
    case .lossNotFinite(let epoch, let step, let output, let tensor):
      Diagnostic(
        .checkFailed,
        (["the loss is not finite"] + Self.causes(output, tensor)).joined(separator: "; "),
        at: "epoch \(epoch), step \(step)",
        next: "try a smaller --learning-rate; nothing was written")
    }
  }

  private static func causes(_ output: NotFiniteOutput?, _ tensor: Name?) -> [String] {
    [
      output.map {
        $0.node.isEmpty
          ? "its \($0.action) is the first that isn't"
          : "the output of '\($0.node)' (\($0.action)) is the first that isn't"
      },
      tensor.map { "the weight '\($0)' was not finite before" },
    ].compactMap(\.self)
  }
}
