import OrderedCollections

/// Extends the input at the begin and the end of its axes; negative pads cut.
///
/// Source: ONNX Pad, opsets 1 (paddings), 2 (pads, value), 11 (both as inputs), 13, 18 (axes),
/// 19 (wrap), 21–25.
package struct Pad: OperatorDefinition {
  package enum Mode: String, Sendable {
    case constant, reflect, edge, wrap
  }

  package var mode: Mode
  /// Before opset 11: all begins, then all ends.
  package var pads: [Int]?
  /// Before opset 11: what constant padding is made of.
  package var value: Float?
  /// The name that opset 1 had for the pads.
  private let isOldest: Bool

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    guard let mode = Mode(rawValue: try attributes.string("mode") ?? "constant") else {
      throw AttributeError(attribute: "mode", expected: "constant, reflect, edge or wrap")
    }
    self.mode = mode
    isOldest = opset < 2
    guard opset < 11 else { return }
    pads = try attributes.ints(isOldest ? "paddings" : "pads")
    value = try attributes.float("value")
    guard pads != nil else { throw AttributeError(attribute: "pads", expected: "integers") }
  }

  package var operatorName: Name { "Pad" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = ["mode": .string(mode.rawValue)]
    if let pads { attributes[isOldest ? "paddings" : "pads"] = .ints(pads) }
    if let value { attributes["value"] = .float(value) }
    return attributes
  }
}

/// What an axis gets at its begin and its end.
package struct AxisPadding: Hashable, Sendable {
  package var begin = 0
  package var end = 0
}

extension Pad {
  /// The padding of every axis of a tensor of that rank.
  ///
  /// - Parameters:
  ///   - pads: the begins, then the ends, of `axes`, or of all axes where that is nil.
  package static func padding(
    _ pads: [Int], axes: [Int]?, rank: Int
  ) throws(OperatorFailure) -> [AxisPadding] {
    let axes = axes ?? Array(0..<rank)
    guard pads.count == 2 * axes.count, pads.allSatisfy({ $0.magnitude < 1 << 44 }) else {
      throw .contents(input: 1)
    }
    var padding = [AxisPadding](repeating: AxisPadding(), count: rank)
    for (index, axis) in axes.enumerated() {
      padding[try InferenceContext.normalize(axis, rank: rank)] = AxisPadding(
        begin: pads[index], end: pads[axes.count + index])
    }
    return padding
  }
}

extension Pad.Mode {
  /// The entry of an axis that stands at a position, which may lie outside of 0 ..< extent; nil for the
  /// constant. Requires an extent of 1 or more.
  package func source(of position: Int, extent: Int) -> Int? {
    if (0..<extent).contains(position) { return position }
    switch self {
    case .constant: return nil
    case .edge: return min(max(position, 0), extent - 1)
    case .wrap: return (position % extent + extent) % extent
    case .reflect:
      // Back and forth between the ends, which are not repeated.
      let period = max(2 * (extent - 1), 1)
      let place = (position % period + period) % period
      return min(place, period - place) % extent
    }
  }
}
