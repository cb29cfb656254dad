import OrderedCollections

/// Broadcasting as it was before opset 7: asked for by the attribute `broadcast`, of the second
/// operand to the shape of the first, whose axes from `axis` on it has.
package struct AxisAlignment: Hashable, Sendable {
  /// Nil where the operand has the last axes, as with numpy.
  package var axis: Int?

  /// Nil where nothing asks for it: from opset 7 on, and without the attribute.
  init?(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    guard opset < 7, try attributes.flag("broadcast") else { return nil }
    axis = try attributes.int("axis")
    guard axis ?? 0 >= 0 else { throw AttributeError(attribute: "axis", expected: "an axis") }
  }

  func write(to attributes: inout Attributes) {
    if let axis { attributes["axis"] = .int(axis) }
    attributes["broadcast"] = .int(1)
  }

  /// The extents of the second operand as numpy broadcasts them to a first of that rank; nil where
  /// they don't lie in it.
  package func aligned<Extent>(_ second: [Extent], toRank rank: Int, filler: Extent) -> [Extent]? {
    guard let axis else { return second.count <= rank ? second : nil }
    let (end, overflow) = axis.addingReportingOverflow(second.count)
    guard !overflow, end <= rank else { return nil }
    return second + Array(repeating: filler, count: rank - end)
  }
}
