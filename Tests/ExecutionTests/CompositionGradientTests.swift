import Execution
import Expansion
import NetworkIR
import TensorCore
import TestSupport
import Testing

/// The composition that a step makes, and its gradients, against those of `KernelComposition`.
///
/// The images are impulses, one for each input channel c and tap t, and of the size of the kernel,
/// so that there is one place:
///
///     x[(c, t)] = 1 at channel c and tap t, else 0      y[(c, t), o] = W[o, c, t]
///
/// W's gradient along a direction is then the direction's own element, nothing added but zeros. What
/// is off by rounding is the composition and its gradients alone.
@Suite struct `Gradients of composition` {
  @Test(
    arguments: [.pointwise, .kernels, .depthwise, .fullyConnected] as [ChainProblem.Shape],
    UInt64(0)..<40)
  func `are those of KernelComposition`(shape: ChainProblem.Shape, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed, stream: 2)
    var problem = ChainProblem(shape, isBare: true, using: &generator)
    let chain = problem.kernels
    let composed = try KernelComposition.compose(chain)
    let impulses = Impulses(composed.geometry)
    problem.source = impulses.images

    let session = try Session(problem.graph(sourceIsParameter: false).graph, threads: 1)
    let run = try session.vectorJacobian(mode: .online)
    #expect(run.executor.plan.computation.units.map(\.decision) == [.online])
    let direction = NaiveTensor(random: run.outputShape, using: &generator)
    let (output, gradients) = try run([problem.source.floats], seed: direction.floats)
    func expect(
      _ elements: [Double], _ expected: [Double], _ magnitudes: [Double], _ what: String
    ) {
      let size = NaiveTensor([magnitudes.count], magnitudes)
      let disagreement = NaiveTensor([elements.count], elements).disagreement(
        with: NaiveTensor([expected.count], expected),
        within: size.roundingBound(terms: problem.compositionRoundings))
      #expect(disagreement == nil, "\(shape), seed \(seed): \(what)")
    }

    let kernel = impulses.kernel(try #require(output.doubles))
    let sizes = chain.map { $0.mapped(\.magnitude) }
    expect(
      kernel, composed.weights, try KernelComposition.compose(sizes).weights, "composed kernel")
    let slope = impulses.kernel(direction.elements)
    let expected = try KernelComposition.gradients(of: chain, slope)
    let magnitudes = try KernelComposition.gradients(of: sizes, slope.map(\.magnitude))
    #expect(gradients.count == chain.count)
    for (index, parameter) in run.parameters.enumerated() {
      let name = session.graph[parameter].name
      let factor = try #require(chain.indices.first { name == Name("w\($0)") })
      expect(
        gradients[index].map(Double.init), expected[factor], magnitudes[factor], "by \(name)")
    }
  }
}

/// An image for each input channel and tap of a kernel.
private struct Impulses {
  let geometry: KernelGeometry
  let images: NaiveTensor

  init(_ geometry: KernelGeometry) {
    self.geometry = geometry
    let extents = zip(geometry.extents, geometry.dilations).map { ($0 - 1) * $1 + 1 }
    let taps = NaiveTensor.indices(of: geometry.extents)
    var images = NaiveTensor(zeros: [geometry.inputs * taps.count, geometry.inputs] + extents)
    for channel in 0..<geometry.inputs {
      for (index, tap) in taps.enumerated() {
        let place = zip(tap, geometry.dilations).map { $0 * $1 }
        images[[channel * taps.count + index, channel] + place] = 1
      }
    }
    self.images = images
  }

  /// The elements of [image, output], one place each, where a kernel [O, I/group, taps] has its own.
  func kernel(_ elements: [Double]) -> [Double] {
    let (outputs, taps) = (geometry.outputs, geometry.taps)
    var kernel: [Double] = []
    for output in 0..<outputs {
      let group = output / geometry.outputsPerGroup
      for input in 0..<geometry.inputsPerGroup {
        for tap in 0..<taps {
          let image = (group * geometry.inputsPerGroup + input) * taps + tap
          kernel.append(elements[image * outputs + output])
        }
      }
    }
    return kernel
  }
}

extension ChainProblem {
  /// The factors as kernels in Double, without biases.
  fileprivate var kernels: [ConvolutionKernel] {
    factors.map { factor in
      let shape = factor.weights.shape
      return ConvolutionKernel(
        geometry: KernelGeometry(
          outputs: shape[0], inputsPerGroup: shape[1], group: factor.naive.groups,
          extents: Array(shape.dropFirst(2)), strides: factor.naive.strides,
          dilations: factor.naive.dilations),
        weights: factor.weights.elements, bias: nil)
    }
  }
}
