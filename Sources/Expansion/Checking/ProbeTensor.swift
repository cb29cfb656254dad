import TensorCore

/// A few small images side by side, in Double: what a unit is tried on.
struct ProbeTensor {
  let channels: Int
  let extents: [Int]
  let images: Int
  /// Row-major over channel, position and image.
  var elements: [Double]

  /// Room enough for any unit of a real network; a hostile file must not ask for more.
  static let elementLimit = 1 << 26

  /// Two images that a kernel of this geometry meets with borders and interior: one normal of
  /// variance 1, one normal of deviation 100 in the outermost pixels and 0 within.
  ///
  /// Each axis is one stride longer than the kernel's reach. Nil where that is too large.
  init?(for geometry: KernelGeometry, using generator: inout SeededGenerator) {
    images = 2
    channels = geometry.inputs
    var extents: [Int] = []
    for axis in geometry.extents.indices {
      let reach = geometry.dilations[axis].multipliedReportingOverflow(
        by: geometry.extents[axis] - 1)
      guard !reach.overflow, max(reach.partialValue, geometry.strides[axis]) < Self.elementLimit
      else { return nil }
      extents.append(reach.partialValue + 1 + geometry.strides[axis])
    }
    guard let count = Shape.elementCount([channels, images] + extents),
      count <= Self.elementLimit
    else { return nil }
    self.extents = extents
    let strides = Shape.strides(extents)
    let isBorder = (0..<count / (channels * images)).map { position in
      zip(extents, strides).contains { extent, stride in
        let place = position / stride % extent
        return place == 0 || place == extent - 1
      }
    }
    elements = []
    elements.reserveCapacity(count)
    for _ in 0..<channels {
      for isOutermost in isBorder {
        elements.append(generator.normal())
        elements.append(isOutermost || extents.isEmpty ? 100 * generator.normal() : 0)
      }
    }
  }

  init(channels: Int, extents: [Int], images: Int, elements: [Double]) {
    self.channels = channels
    self.extents = extents
    self.images = images
    self.elements = elements
  }

  var magnitudes: ProbeTensor {
    var result = self
    result.elements = elements.map(\.magnitude)
    return result
  }
}
