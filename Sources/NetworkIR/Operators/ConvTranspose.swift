import OrderedCollections

/// Transposed convolution: X [N, C, spatial…], W [C, M/group, kernel…], optional B [M].
///
/// Source: ONNX ConvTranspose, opsets 1, 11, 22.
package struct ConvTranspose: OperatorDefinition {
  package var window: Window
  package var group: Int
  package var outputPadding: [Int]?
  /// Spatial extents that the pads are derived from.
  package var outputShape: [Int]?

  package init(
    window: Window, group: Int = 1, outputPadding: [Int]? = nil, outputShape: [Int]? = nil
  ) {
    self.window = window
    self.group = group
    self.outputPadding = outputPadding
    self.outputShape = outputShape
  }

  init(_ attributes: Attributes) throws(AttributeError) {
    window = try Window(attributes)
    group = try attributes.int("group") ?? 1
    guard group > 0 else { throw AttributeError(attribute: "group", expected: "1 or more") }
    outputPadding = try attributes.ints("output_padding")
    outputShape = try attributes.ints("output_shape")
  }

  package var operatorName: Name { "ConvTranspose" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    window.write(to: &attributes)
    attributes["group"] = .int(group)
    if let outputPadding { attributes["output_padding"] = .ints(outputPadding) }
    if let outputShape { attributes["output_shape"] = .ints(outputShape) }
    attributes.sort { $0.key < $1.key }
    return attributes
  }
}
