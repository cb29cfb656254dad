import Expansion
import Kernels
import NetworkIR
import TensorCore

/// Linear maps that follow one another, the values between them read by nothing else.
struct LinearChain {
  /// One linear map of the computation.
  struct Factor {
    /// Its node's number in the computation.
    let node: Int
    let map: LinearMap
    let geometry: KernelGeometry
    /// Forward multiply-accumulates per weight: the batch times the places it is applied at.
    let applications: Double
  }

  let factors: [Factor]
  /// Whether a gradient must flow to the chain's input.
  let hasTrainedInput: Bool
}

extension Computation {
  /// The longest chains of two and more linear maps with stored weights, in order.
  func linearChains() -> [LinearChain] {
    let reading = readers()
    let isTrained = dependsOnParameters()
    let isFed = dependsOnInputs()
    var next: [Int: Int] = [:]
    var factors: [Int: LinearChain.Factor] = [:]
    for index in nodes.indices {
      guard nodes[index].inputs.dropFirst().allSatisfy({ !isFed[$0.index] }) else { continue }
      factors[index] = factor(index)
    }
    for (index, _) in factors {
      guard let readers = reading[nodes[index].outputs[0]], readers.count == 1,
        factors[readers[0]] != nil, nodes[readers[0]].inputs[0] == nodes[index].outputs[0]
      else { continue }
      next[index] = readers[0]
    }
    let inner = Set(next.values)
    return factors.keys.filter { next[$0] != nil && !inner.contains($0) }.sorted().map { first in
      let chain = Array(sequence(first: first) { next[$0] }).compactMap { factors[$0] }
      return LinearChain(
        factors: chain, hasTrainedInput: isTrained[nodes[first].inputs[0].index])
    }
  }

  /// The nodes that read each tensor, once for each time; an output of the run is no node's to take.
  func readers() -> [TensorID: [Int]] {
    var readers: [TensorID: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { readers[input, default: []].append(index) }
    }
    for output in outputs { readers[output] = [] }
    return readers
  }

  /// Which tensors change with the inputs of a run.
  func dependsOnInputs() -> [Bool] {
    var depends = tensors.map { if case .input = $0.role { true } else { false } }
    for node in nodes where node.inputs.contains(where: { depends[$0.index] }) {
      for output in node.outputs { depends[output.index] = true }
    }
    return depends
  }

  /// Nil for anything but a linear map whose kernel can be described.
  private func factor(_ index: Int) -> LinearChain.Factor? {
    let node = nodes[index]
    guard let weighted = node.action as? Weighted else { return nil }
    let geometry = weighted.map.geometry(
      weights: shape(node.inputs[1]), hasBias: node.inputs.count > 2)
    guard geometry.isWellFormed else { return nil }
    let places = shape(geometry.isTransposed ? node.inputs[0] : node.outputs[0])
    return LinearChain.Factor(
      node: index, map: weighted.map, geometry: geometry,
      applications: places.enumerated().reduce(1) { $1.offset == 1 ? $0 : $0 * Double($1.element) })
  }
}

extension LinearMap {
  /// The kernel that weights of that shape are. A transposed convolution's pads are left out: it
  /// composes with what commutes with any.
  func geometry(weights shape: [Int], hasBias: Bool) -> KernelGeometry {
    switch self {
    case .convolution(let window, let group):
      return KernelGeometry(
        outputs: shape[0], inputsPerGroup: shape[1], group: group, extents: window.kernel,
        strides: window.strides, dilations: window.dilations, padsBegin: window.padsBegin,
        padsEnd: window.padsEnd, hasBias: hasBias)
    case .transposedConvolution(let window, let group):
      var geometry = KernelGeometry(
        outputs: shape[1] * group, inputsPerGroup: shape[0] / group, group: group,
        extents: window.kernel, strides: window.strides, dilations: window.dilations,
        hasBias: hasBias)
      geometry.transposition = .init(outputPadding: window.kernel.map { _ in 0 })
      return geometry
    case .innerProduct:
      return KernelGeometry(outputs: shape[0], inputsPerGroup: shape[1], hasBias: hasBias)
    }
  }

  /// The map of the kernel that a chain of maps composes to.
  static func composed(_ maps: [LinearMap], geometry: KernelGeometry) -> LinearMap {
    for map in maps {
      switch map {
      case .innerProduct: return .innerProduct
      case .transposedConvolution: return map
      case .convolution: continue
      }
    }
    return .convolution(
      WindowGeometry(
        kernel: geometry.extents, strides: geometry.strides, dilations: geometry.dilations,
        padsBegin: geometry.padsBegin, padsEnd: geometry.padsEnd),
      group: geometry.group)
  }
}
