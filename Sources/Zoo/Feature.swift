import NetworkIR

/// A value of a network in the making: what one image gives there.
struct Feature {
  let name: Name
  /// Channels and spatial extents, without the batch.
  let shape: [Int]

  var channels: Int { shape[0] }
  var extents: [Int] { Array(shape[1...]) }
  var elementCount: Int { shape.reduce(1, *) }
}
