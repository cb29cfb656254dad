import OrderedCollections

/// Resampling: X, optional roi, scales, sizes.
///
/// Source: ONNX Resize, opsets 10, 11, 13, 18, 19.
package struct Resize: OperatorDefinition {
  package enum Mode: String, Sendable {
    case nearest, linear, cubic
  }

  package var mode: Mode
  /// `coordinate_transformation_mode`, as the file spells it.
  package var coordinates: String
  /// `nearest_mode`, as the file spells it.
  package var nearestMode: String
  private let source: Attributes

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    guard let mode = Mode(rawValue: try attributes.string("mode") ?? "nearest") else {
      throw AttributeError(attribute: "mode", expected: "nearest, linear or cubic")
    }
    self.mode = mode
    // Opset 10 had no choice: it scaled coordinates and rounded down.
    coordinates =
      try attributes.string("coordinate_transformation_mode")
      ?? (opset < 11 ? "asymmetric" : "half_pixel")
    nearestMode =
      try attributes.string("nearest_mode") ?? (opset < 11 ? "floor" : "round_prefer_floor")
    source = attributes
    for (name, unsupported) in [("antialias", 1), ("exclude_outside", 1)] as [(Name, Int)]
    where try attributes.int(name) == unsupported {
      throw AttributeError(attribute: name, expected: "0")
    }
    guard attributes["axes"] == nil else {
      throw AttributeError(attribute: "axes", expected: "all axes")
    }
  }

  package var operatorName: Name { "Resize" }

  package func attributes(opset: Int) -> Attributes { source }
}
