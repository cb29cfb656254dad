import COneDNN

/// Which argument of a primitive a pointer or a layout belongs to.
///
/// Gradients are of the loss: `gradientSource` is the gradient with respect to the source, which a
/// backward primitive writes, and `gradientDestination` the one it reads.
package enum ArgumentRole: Hashable, Sendable {
  case source
  /// The second source of a binary primitive.
  case source1
  case weights, bias, destination
  case mean, variance, scale, shift
  case gradientSource, gradientWeights, gradientBias, gradientDestination
  case gradientScale, gradientShift
  /// What a forward primitive leaves for its backward primitive.
  case workspace
  /// Source `index` of a sum or a concatenation.
  case multiple(Int)
  /// Memory that a primitive needs while it runs, and nobody after.
  case scratchpad

  static let single: [ArgumentRole] = [
    .source, .source1, .weights, .bias, .destination, .mean, .variance, .scale, .shift,
    .gradientSource, .gradientWeights, .gradientBias, .gradientDestination, .gradientScale,
    .gradientShift, .workspace, .scratchpad,
  ]

  var rawRole: Int32 {
    let role: expandc_role
    switch self {
    case .source: role = EXPANDC_SOURCE
    case .source1: role = EXPANDC_SOURCE_1
    case .weights: role = EXPANDC_WEIGHTS
    case .bias: role = EXPANDC_BIAS
    case .destination: role = EXPANDC_DESTINATION
    case .mean: role = EXPANDC_MEAN
    case .variance: role = EXPANDC_VARIANCE
    case .scale: role = EXPANDC_SCALE
    case .shift: role = EXPANDC_SHIFT
    case .gradientSource: role = EXPANDC_GRADIENT_SOURCE
    case .gradientWeights: role = EXPANDC_GRADIENT_WEIGHTS
    case .gradientBias: role = EXPANDC_GRADIENT_BIAS
    case .gradientDestination: role = EXPANDC_GRADIENT_DESTINATION
    case .gradientScale: role = EXPANDC_GRADIENT_SCALE
    case .gradientShift: role = EXPANDC_GRADIENT_SHIFT
    case .workspace: role = EXPANDC_WORKSPACE
    case .scratchpad: role = EXPANDC_SCRATCHPAD
    case .multiple(let index):
      return Int32(EXPANDC_MULTIPLE_SOURCE.rawValue) + Int32(clamping: index)
    }
    return Int32(role.rawValue)
  }
}
