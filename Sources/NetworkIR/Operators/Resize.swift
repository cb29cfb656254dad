import OrderedCollections

/// Resampling: X, optional roi, scales, sizes.
///
/// Source: ONNX Resize, opsets 10, 11, 13, 18 (antialias, axes, keep_aspect_ratio_policy), 19
/// (half_pixel_symmetric); Upsample, opsets 7 (scales as attribute), 9, what Resize took the place
/// of.
package struct Resize: OperatorDefinition {
  package enum Mode: String, Sendable {
    case nearest, linear, cubic
  }

  /// What sizes mean where they don't keep the proportions of the input.
  package enum AspectRatioPolicy: String, Sendable {
    case stretch
    case notLarger = "not_larger"
    case notSmaller = "not_smaller"
  }

  package let operatorName: Name
  package var mode: Mode
  /// `coordinate_transformation_mode`, as the file spells it.
  package var coordinates: String
  /// `nearest_mode`, as the file spells it.
  package var nearestMode: String
  /// The parameter a of the cubic kernel.
  package var cubicCoefficient: Float
  /// Whether what lies outside of the input has no weight, instead of the nearest element's value.
  package var excludesOutside: Bool
  /// Whether downsampling widens the kernel, so that no element is passed over.
  package var isAntialiased: Bool
  /// What tf_crop_and_resize gives outside of the input.
  package var extrapolationValue: Float
  /// The axes that roi, scales and sizes speak of; nil for all.
  package var axes: [Int]?
  package var policy: AspectRatioPolicy
  /// Upsample before opset 9.
  package var scales: [Float]?
  private let source: Attributes

  init(_ name: Name, _ attributes: Attributes, opset: Int) throws(AttributeError) {
    operatorName = name
    source = attributes
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
    cubicCoefficient = try attributes.float("cubic_coeff_a") ?? -0.75
    excludesOutside = try attributes.flag("exclude_outside")
    isAntialiased = try attributes.flag("antialias")
    extrapolationValue = try attributes.float("extrapolation_value") ?? 0
    axes = try attributes.ints("axes")
    let policy = try attributes.string("keep_aspect_ratio_policy") ?? "stretch"
    guard let policy = AspectRatioPolicy(rawValue: policy) else {
      throw AttributeError(
        attribute: "keep_aspect_ratio_policy", expected: "stretch, not_larger or not_smaller")
    }
    self.policy = policy
    guard name == "Upsample", opset < 9 else { return }
    guard case .floats(let scales)? = attributes["scales"] else {
      throw AttributeError(attribute: "scales", expected: "a list of floats")
    }
    self.scales = scales
  }

  package func attributes(opset: Int) -> Attributes { source }
}
