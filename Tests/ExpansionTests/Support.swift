import Expansion
import TensorCore
import TestSupport

extension ConvolutionKernel {
  /// What the kernel makes of `image`, by the naive twins of Conv and ConvTranspose.
  func applied(to image: NaiveTensor) -> NaiveTensor {
    let twin = NaiveConvolution(
      strides: geometry.strides, dilations: geometry.dilations, padsBegin: geometry.padsBegin,
      padsEnd: geometry.padsEnd, groups: geometry.group)
    let bias = bias.map { NaiveTensor([geometry.outputs], $0) }
    guard let transposition = geometry.transposition else {
      return twin.forward(image, NaiveTensor(geometry.weightShape, weights), bias)
    }
    return twin.transposed(
      image, inputMajorWeights, bias, outputPadding: transposition.outputPadding)
  }

  /// The weights as ConvTranspose has them, I, O/group, taps.
  var inputMajorWeights: NaiveTensor {
    let (outputs, inputs) = (geometry.outputsPerGroup, geometry.inputsPerGroup)
    var turned = NaiveTensor(zeros: [geometry.inputs, outputs, geometry.taps])
    for o in 0..<geometry.outputs {
      for i in 0..<inputs {
        for tap in 0..<geometry.taps {
          turned[[o / outputs * inputs + i, o % outputs, tap]] =
            weights[(o * inputs + i) * geometry.taps + tap]
        }
      }
    }
    return NaiveTensor([geometry.inputs, outputs] + geometry.extents, turned.elements)
  }
}

extension SeededGenerator {
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &self)
  }

  mutating func integers(_ count: Int, in range: ClosedRange<Int>) -> [Int] {
    (0..<count).map { _ in integer(in: range) }
  }

  /// A kernel of normal weights and, where the geometry asks for it, bias.
  mutating func kernel(_ geometry: KernelGeometry) -> ConvolutionKernel {
    ConvolutionKernel(
      geometry: geometry, weights: (0..<geometry.weightCount).map { _ in normal() },
      bias: geometry.hasBias ? (0..<geometry.outputs).map { _ in normal() } : nil)
  }

  /// An ordinary kernel of any rank up to 2, k 1–7, stride 1–3, dilation 1–3, up to three groups.
  mutating func geometry(rank: Int) -> KernelGeometry {
    let group = integer(in: 1...3)
    return KernelGeometry(
      outputs: group * integer(in: 1...4), inputsPerGroup: integer(in: 1...4), group: group,
      extents: integers(rank, in: 1...7), strides: integers(rank, in: 1...3),
      dilations: integers(rank, in: 1...3), padsBegin: integers(rank, in: 0...4),
      padsEnd: integers(rank, in: 0...4), hasBias: Bool.random(using: &self))
  }

  /// Normal numbers, of such extents that `original` has an output and its borders are in reach.
  mutating func image(for original: KernelGeometry) -> NaiveTensor {
    let extents = original.extents.indices.map { axis in
      let reach = original.dilations[axis] * (original.extents[axis] - 1) + 1
      return max(1, reach - original.padsBegin[axis] - original.padsEnd[axis])
        + integer(in: 0...4)
    }
    let shape = [1, original.inputs] + extents
    return NaiveTensor(shape, (0..<shape.reduce(1, *)).map { _ in normal() })
  }
}

/// Why kernels of these geometries, of random numbers, do not compose; nil where they do.
func refusal(_ chain: [KernelGeometry]) -> CompositionFailure? {
  var generator = SeededGenerator(seed: 7)
  do {
    _ = try KernelComposition.compose(chain.map { generator.kernel($0) })
    return nil
  } catch {
    return error
  }
}
