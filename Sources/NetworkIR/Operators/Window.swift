import OrderedCollections
package import TensorCore

/// The attributes with which Conv, ConvTranspose and the poolings say how a window slides.
///
/// What the file leaves out is nil: its default depends on the rank of the input.
package struct Window: Hashable, Sendable {
  package enum AutoPad: String, Sendable {
    case notset = "NOTSET"
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
    case valid = "VALID"
  }

  package var kernelShape: [Int]?
  package var strides: [Int]?
  package var dilations: [Int]?
  /// All begins, then all ends.
  package var pads: [Int]?
  package var autoPad: AutoPad

  package init(_ geometry: WindowGeometry) {
    kernelShape = geometry.kernel
    strides = geometry.strides
    dilations = geometry.dilations
    pads = geometry.padsBegin + geometry.padsEnd
    autoPad = .notset
  }

  init(_ attributes: Attributes) throws(AttributeError) {
    kernelShape = try attributes.ints("kernel_shape")
    strides = try attributes.ints("strides")
    dilations = try attributes.ints("dilations")
    pads = try attributes.ints("pads")
    let text = try attributes.string("auto_pad") ?? AutoPad.notset.rawValue
    guard let autoPad = AutoPad(rawValue: text.isEmpty ? AutoPad.notset.rawValue : text) else {
      throw AttributeError(
        attribute: "auto_pad", expected: "NOTSET, SAME_UPPER, SAME_LOWER or VALID")
    }
    self.autoPad = autoPad
    let rank = kernelShape?.count ?? strides?.count ?? dilations?.count ?? pads.map { $0.count / 2 }
    for (name, list, bound) in [
      ("kernel_shape", kernelShape, 1), ("strides", strides, 1), ("dilations", dilations, 1),
    ] as [(Name, [Int]?, Int)] {
      guard let list else { continue }
      guard list.count == rank, list.allSatisfy({ $0 >= bound && $0 < 1 << 31 }) else {
        throw AttributeError(attribute: name, expected: "a positive extent for each axis")
      }
    }
    if let pads, pads.count != 2 * (rank ?? 0) || !pads.allSatisfy({ $0.magnitude < 1 << 31 }) {
      throw AttributeError(attribute: "pads", expected: "two extents for each axis")
    }
  }

  func write(to attributes: inout Attributes) {
    if autoPad != .notset { attributes["auto_pad"] = .string(autoPad.rawValue) }
    if let dilations { attributes["dilations"] = .ints(dilations) }
    if let kernelShape { attributes["kernel_shape"] = .ints(kernelShape) }
    if autoPad == .notset, let pads { attributes["pads"] = .ints(pads) }
    if let strides { attributes["strides"] = .ints(strides) }
  }

  /// The window with defaults filled in and `auto_pad` resolved.
  ///
  /// - Parameters:
  ///   - kernel: the kernel's extents, which the weight knows even where `kernel_shape` is left out.
  ///   - input: the input's spatial extents; only the SAME paddings need them.
  /// - Returns: nil where SAME meets an unknown extent, or the ranks disagree.
  package func geometry(kernel: [Int], input: [Int?]) -> WindowGeometry? {
    let rank = kernel.count
    // The bound that the attributes keep too, so that a dilated kernel's reach can't overflow.
    guard kernelShape == nil || kernelShape == kernel,
      kernel.allSatisfy({ $0 > 0 && $0 < 1 << 31 })
    else { return nil }
    guard
      [strides?.count, dilations?.count, pads.map { $0.count / 2 }].allSatisfy({
        $0 == nil || $0 == rank
      })
    else { return nil }
    var geometry = WindowGeometry(kernel: kernel, strides: strides, dilations: dilations)
    switch autoPad {
    case .valid: break
    case .notset:
      if let pads {
        geometry.padsBegin = Array(pads[..<rank])
        geometry.padsEnd = Array(pads[rank...])
      }
    case .sameUpper, .sameLower:
      guard input.count == rank else { return nil }
      for axis in 0..<rank {
        guard let extent = input[axis], extent >= 0 else { return nil }
        let stride = geometry.strides[axis]
        let output = extent / stride + (extent % stride == 0 ? 0 : 1)
        // The last window's start less the extent is negative, so that adding can't overflow.
        let total = max(0, geometry.reach(axis) + ((output - 1) * stride - extent))
        let begin = autoPad == .sameUpper ? total / 2 : total - total / 2
        geometry.padsBegin[axis] = begin
        geometry.padsEnd[axis] = total - begin
      }
    }
    return geometry
  }
}
