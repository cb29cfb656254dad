import OrderedCollections

/// Convolution: X [N, C, spatial…], W [M, C/group, kernel…], optional B [M].
///
/// Source: ONNX Conv, opsets 1, 11, 22.
package struct Conv: OperatorDefinition {
  package var window: Window
  package var group: Int

  package init(window: Window, group: Int = 1) {
    self.window = window
    self.group = group
  }

  init(_ attributes: Attributes) throws(AttributeError) {
    window = try Window(attributes)
    group = try attributes.int("group") ?? 1
    guard group > 0 else { throw AttributeError(attribute: "group", expected: "1 or more") }
  }

  package var operatorName: Name { "Conv" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    window.write(to: &attributes)
    attributes["group"] = .int(group)
    attributes.sort { $0.key < $1.key }
    return attributes
  }
}
