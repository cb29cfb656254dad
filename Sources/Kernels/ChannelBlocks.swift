/// How blocks of 16 channels of [N, C, spatial…] follow each other, in elements.
package struct ChannelBlocks: Sendable {
  package static let width = 16

  let imageStride, blockStride, positionStride: Int

  /// Requires whole blocks.
  ///
  /// - Parameter areSideBySide: whether all channels of a position are, or those of a block.
  package init(_ shape: [Int], areSideBySide: Bool) {
    let positions = shape.dropFirst(2).reduce(1, *)
    imageStride = shape[1] * positions
    (blockStride, positionStride) =
      areSideBySide ? (Self.width, shape[1]) : (Self.width * positions, Self.width)
  }
}
