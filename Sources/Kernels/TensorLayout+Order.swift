/// In which order a layout puts the elements, in one word.
package enum ElementOrder: String, Sendable {
  case rowMajor
  /// The channels of a position side by side.
  case channelsLast
  /// Any other strides.
  case strided
  /// In blocks of channels, as wide as the processor's vectors.
  case blocked
}

extension TensorLayout {
  package var order: ElementOrder {
    if isPlain { return .rowMajor }
    guard let strides else { return .blocked }
    return shape.count > 2 && strides[1] == 1 ? .channelsLast : .strided
  }
}
