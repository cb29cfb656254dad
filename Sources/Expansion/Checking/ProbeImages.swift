import TensorCore

/// Two small images that a unit is tried on, known at the places that it reads.
///
/// In the first every number is between ½ and 1½ in magnitude, of either sign: none is so small
/// that a wrong weight would not show. The second is a hundred times that in its outermost pixels,
/// and 0 within. Each axis is one stride longer than the kernel's reach, so that borders and
/// interior are met. Place n of image i is n + i · positions.
struct ProbeImages {
  static let count = 2
  let channels: Int
  let extents: [Int]

  /// Room enough for any unit of a real network; a hostile file must not ask for more.
  static let numberLimit = 1 << 26

  /// Nil where an axis is too long.
  init?(for geometry: KernelGeometry) {
    channels = geometry.inputs
    var extents: [Int] = []
    for axis in geometry.extents.indices {
      let reach = geometry.dilations[axis].multipliedReportingOverflow(
        by: geometry.extents[axis] - 1)
      guard !reach.overflow, max(reach.partialValue, geometry.strides[axis]) < Self.numberLimit
      else { return nil }
      extents.append(reach.partialValue + 1 + geometry.strides[axis])
    }
    self.extents = extents
  }

  /// The numbers at `places`, and their magnitudes; nil where they are too many.
  func values(at places: [Int], seed: UInt64) -> ProbeValues? {
    guard let count = Shape.elementCount([channels, places.count]), count <= Self.numberLimit
    else { return nil }
    var generator = SeededGenerator(seed: seed)
    let scales = places.map(scale)
    let elements = [Double](count: 2 * count) { target in
      guard let start = target.baseAddress else { return }
      // The numbers of a channel are drawn where their magnitudes go.
      for channel in 0..<channels {
        let numbers = start + 2 * channel * places.count
        let magnitudes = numbers + places.count
        generator.initialize(magnitudes, count: places.count, uniformIn: -1..<1)
        for (place, scale) in scales.enumerated() {
          let magnitude = (magnitudes[place].magnitude + 0.5) * scale
          (numbers + place).initialize(to: magnitudes[place] < 0 ? -magnitude : magnitude)
          magnitudes[place] = magnitude
        }
      }
    }
    return ProbeValues(channels: channels, places: places.count, kinds: 2, elements: elements)
  }

  private func scale(_ place: Int) -> Double {
    let strides = Shape.strides(extents)
    let positions = extents.reduce(1, *)
    guard place >= positions, !extents.isEmpty else { return 1 }
    let isOutermost = zip(extents, strides).contains { extent, stride in
      let coordinate = place % positions / stride % extent
      return coordinate == 0 || coordinate == extent - 1
    }
    return isOutermost ? 100 : 0
  }
}
