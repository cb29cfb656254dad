package import NetworkIR
import TensorCore

extension Graph {
  /// A shape that a run of the graph may take for `input`: what is known of it stays, the rest is
  /// one common image.
  ///
  /// Where no type says how many axes there are, a convolution that reads the input does: its
  /// weights [M, C/group, k…] are of the same rank, and their channels are the input's too.
  package func suggestedShape(of input: Value.ID) -> [Int] {
    let (rank, channels) = convolution(reading: input) ?? (nil, nil)
    let declared = self[input].declaredType?.dimensions
    let axes = declared ?? Array(repeating: .unknown, count: rank ?? 4)
    return axes.enumerated().map { axis, dimension in
      // Some files hold a negative extent for "any".
      if let extent = dimension.extent, extent >= 0 { return extent }
      return switch axis {
      case 0: 1
      case 1: channels ?? (axes.count == 4 ? 3 : 1)
      default: axes.count > 3 || rank != nil ? 224 : 1
      }
    }
  }

  /// The rank of the weights of the first convolution that reads `input`, and the channels that it
  /// takes.
  private func convolution(reading input: Value.ID) -> (rank: Int?, channels: Int?)? {
    for id in consumers(of: input) {
      let node = self[id]
      guard node.input(0) == input, let weights = node.input(1).flatMap(extents(of:)),
        weights.count > 2
      else { continue }
      switch node.operator {
      case .conv(let conv):
        let (channels, overflow) = weights[1].multipliedReportingOverflow(by: conv.group)
        return (weights.count, overflow ? nil : channels)
      case .convTranspose: return (weights.count, weights[0])
      default: continue
      }
    }
    return nil
  }

  private func extents(of weights: Value.ID) -> [Int]? {
    if let constant = try? constant(weights, assumingConstantInputs: true) {
      return constant.tensor.shape
    }
    return self[weights].declaredType?.shape
  }
}
