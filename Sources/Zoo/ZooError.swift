package import NetworkIR

/// A variant of a network that can't be built.
package enum ZooError: Error, Hashable, Sendable {
  /// An option is none of the values that the network is defined for.
  case notAmong(option: Option, value: Int, allowed: [Int])
  /// An extent or a count must be positive, and small enough to build.
  case outOfRange(option: Option, value: Int, allowed: ClosedRange<Int>)
  /// The width multiplier is not in `widths`.
  case widthOutOfRange(Double)
  /// The input is not of the rank that the network takes.
  case inputRank(expected: Int, actual: Int)
  /// The convolutions and poolings leave nothing of the input.
  case inputTooSmall([Int])
  /// Halving the image and doubling it again would not give its extents back.
  case notMultiple(option: Option, value: Int, of: Int)
  /// More weights than one file should hold.
  case tooManyParameters(limit: Int)
  /// The builder made a graph that breaks ONNX's rules.
  case invalidGraph(VerificationError)

  /// What a variant is chosen by.
  package enum Option: String, Sendable {
    case kernel, convolutions, classes, inputExtent, lastChannels
  }

  package static let widths = 0.01...8
}
