import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Weights' gradients of depthwise convolutions of small images` {
  private let side = ChannelBlocks.width

  /// The elements of [N, C, spatial…] with the channels of a position side by side, or in blocks.
  private func placed(_ tensor: NaiveTensor, areSideBySide: Bool) -> [Float] {
    let channels = tensor.shape[1]
    let positions = tensor.shape.dropFirst(2).reduce(1, *)
    let width = areSideBySide ? channels : side
    var elements = [Float](repeating: .nan, count: tensor.elements.count)
    for (index, element) in tensor.elements.enumerated() {
      let (plane, position) = index.quotientAndRemainder(dividingBy: positions)
      let (image, channel) = plane.quotientAndRemainder(dividingBy: channels)
      let block = image * (channels / width) + channel / width
      elements[(block * positions + position) * width + channel % width] = Float(element)
    }
    return elements
  }

  /// Of small integers, so that no sum is rounded.
  @Test(arguments: UInt64(0)..<40)
  func `are the sums of their definition`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let rank = Int(seed % 3) + 1
    let kernel = (0..<rank).map { _ in pick(1...4) }
    let strides = kernel.map { _ in pick(1...3) }
    let dilations = kernel.map { _ in pick(1...2) }
    let reach = kernel.indices.map { dilations[$0] * (kernel[$0] - 1) + 1 }
    let extents = kernel.map { _ in pick(1...3) }
    let padsBegin = reach.map { pick(0...$0 - 1) }
    // At least as much as one window needs.
    let padsEnd = kernel.indices.map {
      max(0, reach[$0] - extents[$0] - padsBegin[$0]) + pick(0...1)
    }
    let window = WindowGeometry(
      kernel: kernel, strides: strides, dilations: dilations, padsBegin: padsBegin,
      padsEnd: padsEnd)
    let output = try #require(window.outputExtents(extents))
    let (images, channels) = (pick(1...5), pick(1...3) * side)
    func integers(_ shape: [Int]) -> NaiveTensor {
      NaiveTensor(shape, (0..<shape.reduce(1, *)).map { _ in Double(pick(-8...8)) })
    }
    let x = integers([images, channels] + extents)
    let g = integers([images, channels] + output)
    let naive = NaiveConvolution(
      strides: strides, dilations: dilations, padsBegin: padsBegin, padsEnd: padsEnd,
      groups: channels)
    let expected = naive.forwardGradients(
      x, NaiveTensor(zeros: [channels, 1] + kernel), gradient: g)
    let loop = try #require(DepthwiseGradient(window, source: x.shape, output: g.shape))
    for (sourceSide, gradientSide) in [(true, true), (true, false), (false, true), (false, false)] {
      var weights = [Float](repeating: .nan, count: expected.weights.elements.count)
      var bias = [Float](repeating: .nan, count: channels)
      loop.write(
        source: placed(x, areSideBySide: sourceSide),
        in: ChannelBlocks(x.shape, areSideBySide: sourceSide),
        gradient: placed(g, areSideBySide: gradientSide),
        in: ChannelBlocks(g.shape, areSideBySide: gradientSide), weights: &weights, bias: &bias)
      #expect(weights.map(Double.init) == expected.weights.elements, "seed \(seed): \(naive)")
      #expect(bias.map(Double.init) == expected.bias.elements, "seed \(seed): \(naive)")
    }
  }

  @Test func `are made of whole blocks of channels alone`() {
    let window = WindowGeometry(kernel: [3, 3], padsBegin: [1, 1], padsEnd: [1, 1])
    for (channels, isMade) in [(16, true), (48, true), (8, false), (24, false), (0, false)] {
      let shape = [2, channels, 2, 2]
      #expect((DepthwiseGradient(window, source: shape, output: shape) != nil) == isMade)
    }
  }
}
