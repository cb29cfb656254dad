import OrderedCollections

/// Puts the maxima of a pooling back where they were, zeros elsewhere: X and the indices
/// [N, C, spatial…], and the output's shape if it is given.
///
/// An index counts the elements of the smallest tensor that the pooling can have had as input; in an
/// output of another shape the element lies at the same coordinates.
///
/// Source: ONNX MaxUnpool, opsets 9, 11, 22.
package struct MaxUnpool: OperatorDefinition {
  package var window: Window

  init(_ attributes: Attributes) throws(AttributeError) {
    window = try Window(attributes)
    guard window.kernelShape != nil, window.dilations == nil, window.autoPad == .notset else {
      throw AttributeError(attribute: "kernel_shape", expected: "the window's extents")
    }
  }

  package var operatorName: Name { "MaxUnpool" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    window.write(to: &attributes)
    return attributes
  }
}
