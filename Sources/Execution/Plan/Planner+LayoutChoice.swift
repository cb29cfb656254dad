import Kernels
import TensorCore

extension Planner {
  /// The primitive that `make` creates of the layouts of a source and a destination, or of their
  /// gradients.
  ///
  /// The library's own choice is a blocked layout. Where it has nothing for the problem in that but
  /// narrow vectors or products of matrices, it may have something for channels that lie side by
  /// side: a weights' gradient of 8 channels, or of a depthwise convolution on few positions whose
  /// channels fill no blocks, runs two to eight times as fast there, which is worth two reorders.
  ///
  /// A map that prefers channels side by side gets them where that runs on the widest vectors, as
  /// the library's own choice may too.
  ///
  /// - Parameter isPlaced: whether the destination has been written: in the gradients.
  func choose(
    for map: LinearMap, _ source: TensorID, _ destination: TensorID,
    isPlaced: Bool,
    _ make: (TensorLayout, TensorLayout) throws(KernelError) -> Primitive
  ) throws(ExecutionError) -> Primitive {
    func last() -> Primitive? {
      guard let first = try? TensorLayout(channelsLast: shape(source)),
        let second = try? TensorLayout(channelsLast: shape(destination))
      else { return nil }
      return try? make(first, second)
    }
    var prefersLast = map.prefersChannelsLast(shape(source))
    if map.isPointwise {
      // What widens the channels for such a convolution writes them as that one reads them.
      prefersLast =
        isPlaced ? liesChannelsLast(destination) : isReadChannelsLast(destination)
    }
    if prefersLast, let last = last(), last.vectorWidth == .bits512 { return last }
    let open = try (any(source), any(destination))
    let chosen = try kernel { () throws(KernelError) in try make(open.0, open.1) }
    guard chosen.vectorWidth < .bits512, let last = last(), last.vectorWidth > chosen.vectorWidth
    else { return chosen }
    return last
  }

  private func liesChannelsLast(_ id: TensorID) -> Bool {
    guard let last = try? TensorLayout(channelsLast: shape(id)) else { return false }
    return layout(of: id).hasSameBytes(as: last)
  }

  private func isReadChannelsLast(_ id: TensorID) -> Bool {
    computation.nodes.contains { node in
      guard let reader = node.action as? Weighted, node.inputs[0] == id else { return false }
      return reader.map.prefersChannelsLast(shape(id))
        && fourier(reader.map, source: id, destination: node.outputs[0]) == nil
    }
  }
}

extension LinearMap {
  /// Whether large windows move over enough channels: side by side these fill a vector, and the
  /// taps of a row follow each other in memory.
  ///
  /// Measured with 25 and 49 taps on 8 to 64 channels, forward and by data such a convolution takes
  /// from 0.87 to 1.1 of the time that it takes in blocks, by weights from 0.5 to 0.96; with 9 taps
  /// or one there is no rule to be seen.
  func prefersChannelsLast(_ source: [Int]) -> Bool {
    guard case .convolution(let window, group: 1) = self, window.kernel.count == 2 else {
      return false
    }
    return window.kernel[0] * window.kernel[1] >= 25 && source[1] >= 8
  }

  /// Whether each output position depends on one position of the source, over two axes.
  var isPointwise: Bool {
    guard case .convolution(let window, group: 1) = self else { return false }
    return window.kernel == [1, 1]
  }
}
