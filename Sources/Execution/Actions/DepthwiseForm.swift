import Kernels
import TensorCore

extension Planner {
  /// A loop for the gradients by weights and bias of a depthwise convolution of images that are
  /// smaller than the window along an axis.
  ///
  /// For these the library computes a whole block of channels for each channel, and takes ten times
  /// as long. Nil for other maps.
  func depthwiseGradient(
    _ map: LinearMap, source: TensorID, gradient: TensorID
  ) -> DepthwiseGradient? {
    let (shape, outputShape) = (shape(source), shape(gradient))
    guard case .convolution(let window, let group) = map, group > 1, group == shape[1],
      (0..<window.rank).contains(where: { shape[2 + $0] < window.reach($0) }),
      shape.dropFirst(2).reduce(1, *) <= Self.fewPositions
    else { return nil }
    return DepthwiseGradient(window, source: shape, output: outputShape)
  }

  /// Measured up to here, the loop takes between a fifteenth and nine tenths of the library's time:
  /// it looks at each position by itself, over all images.
  private static let fewPositions = 64

  /// Emits the gradients by the weights and, where there is one, by the bias.
  func emit(
    _ loop: DepthwiseGradient, source: TensorID, gradient: TensorID, weights: TensorID,
    bias: TensorID?
  ) throws(ExecutionError) {
    let (x, sourceBlocks) = try readInBlocks(source)
    let (g, gradientBlocks) = try readInBlocks(gradient)
    var targets = [try writePlain(weights)]
    if let bias { targets.append(try writePlain(bias)) }
    let hasBias = bias != nil
    emit(native: "depthwiseBackwardWeights", reads: [x, g], writes: targets) { pointers in
      loop.write(
        source: pointers.floats(0), in: sourceBlocks, gradient: pointers.floats(1),
        in: gradientBlocks, weights: pointers.floats(2), bias: hasBias ? pointers.floats(3) : nil)
    }
  }

  /// The tensor as it lies where its channels are side by side, else in the library's blocks.
  private func readInBlocks(
    _ id: TensorID
  ) throws(ExecutionError) -> (Buffer.ID, ChannelBlocks) {
    let shape = shape(id)
    if case .channelsLast = kind(of: id) {
      return (buffer(of: id), ChannelBlocks(shape, areSideBySide: true))
    }
    let layout = try kernel { () throws(KernelError) in
      try TensorLayout(blocks: ChannelBlocks.width, shape)
    }
    return (try read(id, as: layout), ChannelBlocks(shape, areSideBySide: false))
  }
}
