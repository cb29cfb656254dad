import NetworkIR
import TensorCore

extension WeightedNodeReader {
  /// Conv with a constant W [O, I/group, k…]; a constant B [O] is its bias.
  func read(conv: Conv, _ node: Node) throws(SkipReason) -> WeightedNode {
    let weight = try constant(node, 1, .weight)
    let shape = try kernelShape(weight, group: conv.group)
    return try read(node, conv.window, weight) { window in
      KernelGeometry(
        outputs: shape[0], inputsPerGroup: shape[1], group: conv.group, extents: window.kernel,
        strides: window.strides, dilations: window.dilations, padsBegin: window.padsBegin,
        padsEnd: window.padsEnd)
    }
  }

  /// ConvTranspose with a constant W [I, O/group, k…]; a constant B [O] is its bias.
  ///
  /// SAME pads and those that follow from `output_shape` stay as they are: what holds a transposed
  /// convolution between 1×1 convolutions together does not depend on them.
  func read(convTranspose conv: ConvTranspose, _ node: Node) throws(SkipReason) -> WeightedNode {
    let weight = try constant(node, 1, .weight)
    let shape = try kernelShape(weight, group: conv.group)
    let (outputs, overflow) = shape[1].multipliedReportingOverflow(by: conv.group)
    guard !overflow, shape[0] % conv.group == 0 else { throw .unexpectedShape(.weight, shape) }
    let padding = conv.outputPadding ?? shape[2...].map { _ in 0 }
    guard padding.allSatisfy({ $0 >= 0 }) else { throw .windowUnusable }
    return try read(node, conv.window, weight) { window in
      var geometry = KernelGeometry(
        outputs: outputs, inputsPerGroup: shape[0] / conv.group, group: conv.group,
        extents: window.kernel, strides: window.strides, dilations: window.dilations,
        padsBegin: window.padsBegin, padsEnd: window.padsEnd)
      geometry.transposition = KernelGeometry.Transposition(
        outputPadding: padding, outputShape: conv.outputShape)
      return geometry
    }
  }

  private func kernelShape(_ weight: ConstantUse, group: Int) throws(SkipReason) -> [Int] {
    let shape = weight.tensor.shape
    guard shape.count >= 3, Shape.elementCount(shape) ?? 0 > 0, group > 0 else {
      throw .unexpectedShape(.weight, shape)
    }
    return shape
  }

  private func read(
    _ node: Node, _ window: Window, _ weight: ConstantUse,
    _ makeGeometry: (WindowGeometry) -> KernelGeometry
  ) throws(SkipReason) -> WeightedNode {
    let ports = try ports(node)
    let kernel = Array(weight.tensor.shape[2...])
    let isTransposed = node.type.name == "ConvTranspose"
    let (explicit, samePadding) =
      try isTransposed ? unresolved(window, kernel) : resolved(window, kernel, input: ports.input)
    var geometry = makeGeometry(explicit)
    geometry.samePadding = samePadding
    guard geometry.isWellFormed else { throw .windowUnusable }
    let outputs = geometry.outputs
    let (bias, addend) = try bias(node, isBroadcast: false) { $0 == [outputs] }
    geometry.hasBias = bias != nil
    return try weighted([node], ports, geometry, weight, bias, addend: addend)
  }

  /// The window with its padding made explicit, where the input's extents are known or do not
  /// matter: at stride 1 SAME pads reach − 1 at any extent.
  private func resolved(
    _ window: Window, _ kernel: [Int], input: Value.ID
  ) throws(SkipReason) -> (WindowGeometry, KernelGeometry.SamePadding?) {
    let known = dimensions(input).map { $0.dropFirst(2).map(\.extent) } ?? []
    let extents: [Int?] = kernel.indices.map { axis in
      let stride = window.strides.flatMap { axis < $0.count ? $0[axis] : nil } ?? 1
      return stride == 1 ? 1 << 40 : axis < known.count ? known[axis] : nil
    }
    guard extents.contains(nil) else {
      guard let geometry = window.geometry(kernel: kernel, input: extents) else {
        throw .windowUnusable
      }
      return (geometry, nil)
    }
    return try unresolved(window, kernel)
  }

  private func unresolved(
    _ window: Window, _ kernel: [Int]
  ) throws(SkipReason) -> (WindowGeometry, KernelGeometry.SamePadding?) {
    var explicit = window
    let samePadding: KernelGeometry.SamePadding? =
      switch window.autoPad {
      case .sameUpper: .upper
      case .sameLower: .lower
      case .notset, .valid: nil
      }
    if samePadding != nil { explicit.autoPad = .valid }
    guard let geometry = explicit.geometry(kernel: kernel, input: []) else {
      throw .windowUnusable
    }
    return (geometry, samePadding)
  }
}
