extension KernelGeometry {
  /// Whether the two are the same kernel, bias apart: along an axis of one tap a dilation means
  /// nothing.
  func isSameKernel(as other: KernelGeometry) -> Bool {
    var (mine, theirs) = (self, other)
    mine.hasBias = theirs.hasBias
    guard mine.rank == theirs.rank else { return false }
    for axis in extents.indices where extents[axis] == 1 && other.extents[axis] == 1 {
      mine.dilations[axis] = 1
      theirs.dilations[axis] = 1
    }
    return mine == theirs
  }
}
